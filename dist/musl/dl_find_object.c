/*
 * For who links a static musl program with a gcc that was made for glibc, as Debian's is: the unwinder
 * of such a gcc (12 and later) asks glibc's _dl_find_object where a function's unwind table is, and musl
 * has none. A gcc made for musl needs none of this.
 *
 *   gcc -c dl_find_object.c && gcc -static door.c libkaimen.a dl_find_object.o -lgcc_eh ...
 */
#define _GNU_SOURCE
#include <link.h>
#include <pthread.h>
#include <stddef.h>
#include <stdint.h>

/* As in glibc's <dlfcn.h>, of AArch64. */
struct dl_find_object {
    unsigned long long dlfo_flags;
    void *dlfo_map_start;
    void *dlfo_map_end;
    struct link_map *dlfo_link_map;
    void *dlfo_eh_frame;
    unsigned long long dlfo_reserved[7];
};

struct search {
    uintptr_t address;
    struct dl_find_object *result;
};

/* That unwinder names these weakly, which takes none of them out of libc.a, yet calls them all where a
 * program has threads. */
__attribute__((used)) static void *const needed[] = {
    (void *)pthread_once,
    (void *)pthread_mutex_lock,
    (void *)pthread_mutex_unlock,
};

/* 1 if the address is in this object and the object has unwind tables. */
static int look(struct dl_phdr_info *object, size_t size, void *data) {
    const struct search *search = data;
    struct dl_find_object *result = search->result;
    int inside = 0;
    (void)size;
    result->dlfo_eh_frame = NULL;
    for (size_t i = 0; i < object->dlpi_phnum; i++) {
        const ElfW(Phdr) *part = &object->dlpi_phdr[i];
        const uintptr_t start = object->dlpi_addr + part->p_vaddr;
        if (part->p_type == PT_LOAD && search->address - start < part->p_memsz) {
            result->dlfo_map_start = (void *)start;
            result->dlfo_map_end = (void *)(start + part->p_memsz);
            inside = 1;
        }
        if (part->p_type == PT_GNU_EH_FRAME) {
            result->dlfo_eh_frame = (void *)start;
        }
    }
    return inside && result->dlfo_eh_frame != NULL;
}

int _dl_find_object(void *address, struct dl_find_object *result);

int _dl_find_object(void *address, struct dl_find_object *result) {
    struct search search = {(uintptr_t)address, result};
    result->dlfo_flags = 0;
    result->dlfo_link_map = NULL;
    return dl_iterate_phdr(look, &search) == 1 ? 0 : -1;
}
