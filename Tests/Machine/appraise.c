/*
 * Test only: what IMA appraises files by.
 *
 *     appraise key CERTIFICATE        root's keys for IMA: a certificate (DER), in the keyring "_ima" of this user
 *     appraise signature FILE WHICH   a file gets a signature, the content of WHICH (security.ima)
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/xattr.h>

#include <linux/keyctl.h>
#include <unistd.h>

static char content[4096];

static size_t read_content(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return 0;
    size_t size = fread(content, 1, sizeof(content), file);
    fclose(file);
    return size;
}

static int add_key(const char *path)
{
    size_t size = read_content(path);
    long keyring = syscall(SYS_add_key, "keyring", "_ima", NULL, 0, KEY_SPEC_USER_KEYRING);
    return size == 0 || keyring < 0 || syscall(SYS_add_key, "asymmetric", NULL, content, size, keyring) < 0;
}

int main(int count, char **arguments)
{
    int failed;
    if (count == 3 && strcmp(arguments[1], "key") == 0) {
        failed = add_key(arguments[2]);
    } else if (count == 4 && strcmp(arguments[1], "signature") == 0) {
        size_t size = read_content(arguments[3]);
        failed = size == 0 || setxattr(arguments[2], "security.ima", content, size, 0) != 0;
    } else {
        fprintf(stderr, "usage: appraise key CERTIFICATE | appraise signature FILE WHICH\n");
        return 64;
    }
    if (failed)
        perror("appraise");
    return failed ? 1 : 0;
}
