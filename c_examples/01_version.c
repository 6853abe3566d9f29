/*
 * Which library is this, and does it fit the header?
 *
 * Build: cc -std=c99 -Iinclude c_examples/01_version.c -o 01_version -Ltarget/debug -lkaimen
 */
#include "example.h"

int main(void) {
    kaimen_build_info info;
    kaimen_detail detail;
    char release[32];

    /* The header that this program was compiled with against the library
     * that it runs with: the first thing that a program should do. */
    CHECK(kaimen_abi_version() == KAIMEN_ABI_VERSION);
    snprintf(release, sizeof release, "%d.%d.%d", KAIMEN_VERSION_MAJOR, KAIMEN_VERSION_MINOR,
             KAIMEN_VERSION_PATCH);
    CHECK(strcmp(kaimen_version(), release) == 0);

    kaimen_detail_init(&detail);
    kaimen_build_info_init(&info);
    CHECK(kaimen_build_info_get(&info, &detail) == KAIMEN_OK);
    CHECK(info.struct_size == sizeof info);
    CHECK(info.abi_version == KAIMEN_ABI_VERSION);
    CHECK(info.template_format == KAIMEN_TEMPLATE_FORMAT);
    CHECK(info.pointer_bits == 8 * sizeof(void *));
    CHECK(strcmp(info.version, release) == 0);
    CHECK(info.target[0] != '\0');
    CHECK(info.tier[0] != '\0');
    printf("kaimen %s (ABI %u) for %s, kernels: %s\n", info.version, (unsigned)info.abi_version,
           info.target, info.tier);

    /* Numbers have names, also those that this version does not know. */
    CHECK(strcmp(kaimen_status_name(KAIMEN_OK), "KAIMEN_OK") == 0);
    CHECK(strcmp(kaimen_status_name(KAIMEN_ERR_NULL), "KAIMEN_ERR_NULL") == 0);
    CHECK(strcmp(kaimen_status_name(-9999), "KAIMEN_ERR_?") == 0);
    CHECK(strcmp(kaimen_verdict_name(KAIMEN_VERDICT_PASS), "pass") == 0);
    CHECK(strcmp(kaimen_verdict_name(0), "?") == 0);
    CHECK(strcmp(kaimen_reason_name(KAIMEN_REASON_STALE), "template out of date") == 0);
    CHECK(strcmp(kaimen_reason_name(999), "?") == 0);
    CHECK(kaimen_live_handles() == 0);
    return 0;
}
