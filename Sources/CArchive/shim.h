#include <archive.h>
#include <archive_entry.h>

/* Macros with a cast in them are not imported into Swift. */
static inline int kplan_is_regular(struct archive_entry *entry) { return archive_entry_filetype(entry) == AE_IFREG; }
static inline int kplan_is_folder(struct archive_entry *entry) { return archive_entry_filetype(entry) == AE_IFDIR; }
static inline int kplan_is_link(struct archive_entry *entry) {
	return archive_entry_hardlink(entry) || archive_entry_filetype(entry) == AE_IFLNK;
}
static inline void kplan_make_regular(struct archive_entry *entry) { archive_entry_set_filetype(entry, AE_IFREG); }
