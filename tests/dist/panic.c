/*
 * A panic is caught at the C boundary; with ANOTHER_RUST there is a second Rust library in the
 * program, and each catches its own. The clock below fails from a moment on, which makes Rust's
 * library panic where kaimen asks it for the time, for the deadline of a vendor's comparison.
 */
#include <errno.h>
#include <stdlib.h>

#include "kaimen.h"

#ifdef ANOTHER_RUST
int second_catch(void);
#else
static int second_catch(void) { return 1; }
#endif
int __real_clock_gettime(int clock, void *time);
int __wrap_clock_gettime(int clock, void *time);

static int broken;

int __wrap_clock_gettime(int clock, void *time) {
    if (broken) {
        errno = EINVAL;
        return -1;
    }
    return __real_clock_gettime(clock, time);
}

static int32_t compare(void *user, const void *probe, size_t probe_size,
                       const void *const *templates, const size_t *sizes, size_t count,
                       int32_t *scores) {
    (void)user, (void)probe, (void)probe_size, (void)templates, (void)sizes;
    for (size_t i = 0; i < count; i++) {
        scores[i] = 0;
    }
    return 0;
}

int main(void) {
    kaimen_algorithm algorithm;
    kaimen_config config;
    kaimen_detail detail;
    kaimen_engine *engine = NULL;
    kaimen_status status;
    kaimen_algorithm_init(&algorithm);
    algorithm.modality = KAIMEN_MODALITY_FINGER;
    algorithm.format = KAIMEN_FORMAT_OPAQUE;
    algorithm.compare = compare;
    algorithm.deadline_ms = 1000;
    algorithm.threshold = 400;
    algorithm.margin = 50;
    kaimen_config_init(&config);
    config.algorithms = &algorithm;
    config.algorithm_count = 1;
    kaimen_detail_init(&detail);

    broken = 1;
    status = kaimen_engine_open(&config, &engine, &detail);
    broken = 0;
    if (status != KAIMEN_ERR_PANIC || engine != NULL) {
        return 1;
    }
    if (second_catch() != 1) {
        return 2;
    }
    /* Afterwards it goes on, and so does the other. */
    if (kaimen_engine_open(&config, &engine, &detail) != KAIMEN_OK) {
        return 3;
    }
    kaimen_engine_close(engine);
    return second_catch() == 1 && kaimen_live_handles() == 0 ? 0 : 4;
}
