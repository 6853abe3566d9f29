/*
 * A race on purpose, so that the ThreadSanitizer gate proves that it looks:
 * two threads hand the same result struct to the library, which writes to it.
 * The racing writes are made by the library and nowhere else, therefore the
 * report also proves that the library is instrumented.
 */
#include <pthread.h>

#include "../../c_examples/example.h"

static kaimen_engine *engine;
static kaimen_decision decision;

static void *identify(void *unused) {
    float face[DIMENSION];
    kaimen_probe probe;
    (void)unused;
    make_vector(face, 0);
    make_probe(&probe, face);
    for (int i = 0; i < 1000; i++) {
        (void)kaimen_engine_identify_face(engine, &probe, MONDAY_MORNING, &decision, NULL);
    }
    return NULL;
}

int main(void) {
    pthread_t threads[2];
    engine = open_engine();
    kaimen_decision_init(&decision);
    for (int i = 0; i < 2; i++) {
        CHECK(pthread_create(&threads[i], NULL, identify, NULL) == 0);
    }
    for (int i = 0; i < 2; i++) {
        CHECK(pthread_join(threads[i], NULL) == 0);
    }
    kaimen_engine_close(engine);
    return 0;
}
