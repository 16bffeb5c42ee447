#include <zlib.h>

/* A function-like macro is not imported into Swift. 16 added to the window bits: gzip's header and trailer. */
static inline int kplan_inflate_init_gzip(z_stream *stream) { return inflateInit2(stream, 16 + MAX_WBITS); }
