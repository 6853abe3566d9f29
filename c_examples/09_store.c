/*
 * The durable copy: persist, kill, reopen. A child process imports members, logs an event and
 * is killed in the middle of the next import; what it had committed is there, sealed, and
 * nothing of what it had not.
 *
 * Build: cc -std=c99 -Iinclude c_examples/09_store.c -o 09_store -Ltarget/debug -lkaimen
 */
#define _POSIX_C_SOURCE 200809L

#include <signal.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include "example.h"

static char path[512];

/* Stands for a secure element. Returns 0 for "here it is". */
static uint32_t give_key(void *user, uint8_t *key, size_t size) {
    CHECK(size == KAIMEN_STORE_KEY_BYTES);
    memset(key, *(const int *)user, size);
    return 0;
}

static kaimen_status open_with(int key, kaimen_engine **engine, kaimen_report **report,
                               kaimen_detail *detail) {
    kaimen_algorithm algorithm;
    kaimen_config config;
    kaimen_store_config store;

    make_algorithm(&algorithm);
    kaimen_config_init(&config);
    config.algorithms = &algorithm;
    config.algorithm_count = 1;
    kaimen_store_config_init(&store);
    store.path = path;
    store.key_callback = give_key;
    store.user = &key;
    return kaimen_engine_open_stored(&config, &store, engine, report, detail);
}

static void page(struct text *text, const char *userid, int axis, int is_last) {
    answer_begin(text, "list");
    answer_member(text, userid, KAIMEN_USER_STAFF, axis, NULL);
    answer_end(text);
    /* The two fields of a page, in front of its members. */
    static const char body[] = "\"body\":{";
    char *at = strstr(text->data, body);
    CHECK(at != NULL);
    char fields[64];
    int more = snprintf(fields, sizeof fields, "\"is_last\":%s,\"perm_version\":7,",
                        is_last ? "true" : "false");
    at += sizeof body - 1;
    memmove(at + more, at, text->size + 1 - (size_t)(at - text->data));
    memcpy(at, fields, (size_t)more);
    text->size += (size_t)more;
}

static void import(kaimen_engine *engine, const char *userid, int axis, int is_last) {
    static struct text text;
    kaimen_page read;
    kaimen_detail detail;

    kaimen_detail_init(&detail);
    kaimen_page_init(&read);
    page(&text, userid, axis, is_last);
    CHECK(kaimen_engine_import_page(engine, text.data, text.size, &read, NULL, &detail) ==
          KAIMEN_OK);
    CHECK(read.is_last == (uint32_t)is_last && read.version == 7);
}

static void decide(kaimen_engine *engine, int axis, kaimen_decision *decision) {
    kaimen_probe probe;
    float vector[DIMENSION];

    make_vector(vector, axis);
    make_probe(&probe, vector);
    kaimen_decision_init(decision);
    CHECK(kaimen_engine_identify_face(engine, &probe, MONDAY_MORNING, decision, NULL) == KAIMEN_OK);
}

/* Never returns: tells the parent when everything is committed, and is killed. */
static void child(int ready) {
    kaimen_engine *engine = NULL;
    kaimen_decision decision;
    kaimen_event event;
    uint64_t sequence = 0;

    CHECK(open_with(1, &engine, NULL, NULL) == KAIMEN_OK);
    CHECK(kaimen_engine_import_begin(engine, KAIMEN_IMPORT_MEMBERS, NULL) == KAIMEN_OK);
    import(engine, "zhangsan", 0, 0);
    import(engine, "lisi", 1, 1);
    decide(engine, 0, &decision);
    CHECK(decision.verdict == KAIMEN_VERDICT_UNKNOWN); /* not before the commit */
    CHECK(kaimen_engine_import_commit(engine, NULL, NULL) == KAIMEN_OK);

    decide(engine, 0, &decision);
    CHECK(decision.verdict == KAIMEN_VERDICT_PASS);
    kaimen_event_init(&event);
    CHECK(kaimen_event_of(&decision, &event, NULL) == KAIMEN_OK);
    event.pass_type = KAIMEN_PASS_IN;
    CHECK(kaimen_engine_event_append(engine, &event, &sequence, NULL) == KAIMEN_OK);
    CHECK(sequence == 1);

    /* An import that will never be committed. */
    CHECK(kaimen_engine_import_begin(engine, KAIMEN_IMPORT_MEMBERS, NULL) == KAIMEN_OK);
    import(engine, "wangwu", 2, 0);
    CHECK(write(ready, "!", 1) == 1);
    for (;;) {
        pause();
    }
}

static void kill_a_writer(void) {
    int ends[2];
    char word = 0;
    int status = 0;

    CHECK(pipe(ends) == 0);
    pid_t writer = fork();
    CHECK(writer >= 0);
    if (writer == 0) {
        close(ends[0]);
        child(ends[1]);
    }
    close(ends[1]);
    CHECK(read(ends[0], &word, 1) == 1 && word == '!');
    close(ends[0]);

    /* While it lives, nobody else can open the store. */
    kaimen_engine *engine = NULL;
    CHECK(open_with(1, &engine, NULL, NULL) == KAIMEN_ERR_STORE_LOCKED && engine == NULL);
    CHECK(kill(writer, SIGKILL) == 0);
    CHECK(waitpid(writer, &status, 0) == writer && WIFSIGNALED(status));
}

/* Whether the file contains a text. */
static int file_contains(const char *text) {
    FILE *file = fopen(path, "rb");
    size_t length = strlen(text);
    size_t at = 0;
    int found = 0;
    int byte;

    CHECK(file != NULL);
    while ((byte = fgetc(file)) != EOF) {
        at = byte == text[at] ? at + 1 : byte == text[0];
        if (at == length) {
            found = 1;
            at = 0;
        }
    }
    fclose(file);
    return found;
}

static void reopen(void) {
    kaimen_engine *engine = NULL;
    kaimen_report *report = NULL;
    kaimen_report_summary summary;
    kaimen_decision decision;
    kaimen_event events[4];
    kaimen_wiped wiped;
    kaimen_detail detail;
    uint64_t perm_version = 0;
    uint64_t removed = 0;
    size_t count = 0;

    kaimen_detail_init(&detail);
    CHECK(!file_contains("zhangsan") && !file_contains("lisi"));
    CHECK(open_with(2, &engine, NULL, &detail) == KAIMEN_ERR_STORE_KEY && engine == NULL);

    CHECK(open_with(1, &engine, &report, &detail) == KAIMEN_OK);
    kaimen_report_summary_init(&summary);
    CHECK(kaimen_report_summary_get(report, &summary, NULL) == KAIMEN_OK);
    CHECK(summary.items == 0); /* nothing was lost */
    kaimen_report_free(report);
    CHECK(kaimen_engine_versions(engine, &perm_version, NULL, NULL) == KAIMEN_OK);
    CHECK(perm_version == 7);
    decide(engine, 0, &decision);
    CHECK(decision.verdict == KAIMEN_VERDICT_PASS && strcmp(decision.userid, "zhangsan") == 0);
    decide(engine, 1, &decision);
    CHECK(decision.verdict == KAIMEN_VERDICT_PASS && strcmp(decision.userid, "lisi") == 0);
    decide(engine, 2, &decision);
    CHECK(decision.verdict == KAIMEN_VERDICT_UNKNOWN);

    /* The event waits until the cloud has it. */
    kaimen_event_init(&events[0]);
    CHECK(kaimen_engine_events(engine, 0, events, 4, &count, NULL) == KAIMEN_OK);
    CHECK(count == 1 && events[0].sequence == 1 && events[0].damaged == 0);
    CHECK(strcmp(events[0].userid, "zhangsan") == 0 && events[0].time == MONDAY_MORNING);
    CHECK(events[0].pass_type == KAIMEN_PASS_IN && events[0].pass_method == KAIMEN_METHOD_FACE);
    CHECK(kaimen_engine_events_acknowledge(engine, 1, &removed, NULL) == KAIMEN_OK);
    CHECK(removed == 1);

    /* The company has unbound the reader. */
    kaimen_wiped_init(&wiped);
    CHECK(kaimen_engine_wipe(engine, &wiped, &detail) == KAIMEN_OK);
    CHECK(wiped.key_destroyed == 1 && wiped.overwritten == wiped.bytes && wiped.failures[0] == 0);
    decide(engine, 0, &decision);
    CHECK(decision.verdict == KAIMEN_VERDICT_UNKNOWN);
    kaimen_engine_close(engine);
}

int main(void) {
    const char *folder = getenv("TMPDIR");
    snprintf(path, sizeof path, "%s/kaimen-XXXXXX", folder ? folder : "/tmp");
    int file = mkstemp(path);
    CHECK(file >= 0);
    close(file);

    kill_a_writer();
    reopen();
    CHECK(kaimen_live_handles() == 0);
    CHECK(unlink(path) == 0);
    puts("09_store: killed and reopened, nothing lost and nothing half");
    return 0;
}
