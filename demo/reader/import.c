/* Answers of the cloud into the engine, and what was rejected. */
#include "reader.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* With more rejections than this each group shows its first few. */
enum { LIST_WHOLE = 40, LIST_OF_GROUP = 5, BAR = 30 };

/* A line of a report, and the answer that it is about. */
struct rejection {
    kaimen_report_line line;
    const char *answer;
};

struct import {
    uint64_t counts[KAIMEN_ITEM_KINDS];
    uint64_t dropped;
    struct rejection *rejections;
    size_t rejection_count, room;
    uint64_t bytes;
    uint64_t nanoseconds; /* inside the library */
    size_t refused;       /* answers that were refused as a whole */
};

static const char *const kind_names[KAIMEN_ITEM_KINDS] = {
    [KAIMEN_ITEM_MEMBER_ADDED] = "members added",
    [KAIMEN_ITEM_MEMBER_CHANGED] = "members changed",
    [KAIMEN_ITEM_MEMBER_UNCHANGED] = "members unchanged",
    [KAIMEN_ITEM_MEMBER_REMOVED] = "members removed",
    [KAIMEN_ITEM_MEMBER_REJECTED] = "members rejected",
    [KAIMEN_ITEM_TEMPLATE_ADDED] = "templates added",
    [KAIMEN_ITEM_TEMPLATE_REPLACED] = "templates replaced",
    [KAIMEN_ITEM_TEMPLATE_REMOVED] = "templates removed",
    [KAIMEN_ITEM_TEMPLATE_REJECTED] = "templates rejected",
    [KAIMEN_ITEM_TEMPLATE_KEPT] = "templates kept, not searched",
    [KAIMEN_ITEM_TEMPLATES_WANTED] = "modalities to be asked for again (announced, not sent)",
    [KAIMEN_ITEM_RULE_REJECTED] = "rules rejected",
    [KAIMEN_ITEM_FIELD_REJECTED] = "fields rejected",
};

static bool is_rejection(uint32_t kind) {
    return kind == KAIMEN_ITEM_MEMBER_REJECTED || kind == KAIMEN_ITEM_TEMPLATE_REJECTED ||
           kind == KAIMEN_ITEM_RULE_REJECTED || kind == KAIMEN_ITEM_FIELD_REJECTED;
}

/* On a terminal a bar on stderr that is drawn over itself, else four lines. */
static void progress(size_t done, size_t all, uint64_t bytes) {
    static size_t said;
    char amount[32];
    format_bytes(amount, sizeof amount, bytes);
    if (isatty(STDERR_FILENO) == 1) {
        const size_t full = done * BAR / all;
        fputs("\r  [", stderr);
        for (size_t i = 0; i < BAR; i++) {
            fputc(i < full ? '#' : '.', stderr);
        }
        fprintf(stderr, "] %zu of %zu answers, %s\033[K", done, all, amount);
        if (done == all) {
            fputs("\r\033[K", stderr);
        }
    } else if (done * 4 / all > said) {
        said = done * 4 / all;
        fprintf(stderr, "  importing: %zu of %zu answers, %s\n", done, all, amount);
    }
    fflush(stderr);
}

static bool keep(struct import *import, const kaimen_report_line *line, const char *answer) {
    if (import->rejection_count == import->room) {
        const size_t room = import->room == 0 ? 64 : 2 * import->room;
        struct rejection *grown = realloc(import->rejections, room * sizeof *grown);
        if (grown == NULL) {
            return false;
        }
        import->rejections = grown;
        import->room = room;
    }
    import->rejections[import->rejection_count].line = *line;
    import->rejections[import->rejection_count].answer = answer;
    import->rejection_count++;
    return true;
}

/* Adds one report to the sums. */
static kaimen_status collect(struct import *import, const kaimen_report *report,
                             const char *answer, kaimen_detail *detail) {
    kaimen_report_summary summary;
    kaimen_report_line line;
    kaimen_report_summary_init(&summary);
    kaimen_report_line_init(&line);
    kaimen_status status = kaimen_report_summary_get(report, &summary, detail);
    if (status != KAIMEN_OK) {
        return status;
    }
    for (size_t kind = 0; kind < KAIMEN_ITEM_KINDS; kind++) {
        import->counts[kind] += summary.counts[kind];
    }
    import->dropped += summary.dropped;
    for (uint32_t i = 0; i < summary.items; i++) {
        status = kaimen_report_line_get(report, i, &line, detail);
        if (status != KAIMEN_OK) {
            return status;
        }
        if (is_rejection(line.kind) && !keep(import, &line, answer)) {
            import->dropped++;
        }
    }
    return KAIMEN_OK;
}

/* One answer. If it is refused, what the engine had stays as it was. */
static void import_one(struct import *import, kaimen_engine *engine, const char *path) {
    kaimen_detail detail;
    kaimen_report *report = NULL;
    size_t size = 0;
    char *json = file_read(path, &size);
    if (json == NULL) {
        import->refused++;
        return;
    }
    kaimen_detail_init(&detail);
    const uint64_t start = clock_nanoseconds();
    /* Firmware that asked for these members by kaimen_request_new gives the
       request here; then members that the cloud left out are removed. */
    kaimen_status status = kaimen_engine_sync(engine, NULL, 0, json, size, &report, &detail);
    import->nanoseconds += clock_nanoseconds() - start;
    import->bytes += size;
    wipe(json, size);
    free(json);
    if (status == KAIMEN_OK) {
        const char *slash = strrchr(path, '/');
        status = collect(import, report, slash == NULL ? path : slash + 1, &detail);
        kaimen_report_free(report);
    }
    if (status != KAIMEN_OK) {
        library_error(path, status, &detail);
        import->refused++;
    }
}

/* By what is wrong; within that in the order of the answers. */
static int compare(const void *left, const void *right) {
    const struct rejection *a = left, *b = right;
    if (a->line.kind != b->line.kind) {
        return a->line.kind < b->line.kind ? -1 : 1;
    }
    if (a->line.status != b->line.status) {
        return a->line.status > b->line.status ? -1 : 1;
    }
    const int order = strcmp(a->answer, b->answer);
    if (order != 0) {
        return order;
    }
    if (a->line.position != b->line.position) {
        return a->line.position < b->line.position ? -1 : 1;
    }
    return a->line.id < b->line.id ? -1 : a->line.id > b->line.id;
}

static void print_rejection(const struct rejection *rejection) {
    const kaimen_report_line *line = &rejection->line;
    char who[192];
    char where[128];
    if (line->userid[0] != '\0') {
        snprintf(who, sizeof who, "%s", line->userid);
    } else {
        snprintf(who, sizeof who, "%.64s #%lu", rejection->answer,
                 (unsigned long)line->position);
    }
    if (line->id == KAIMEN_NONE64) {
        snprintf(where, sizeof where, "%s", line->field);
    } else {
        snprintf(where, sizeof where, "%s %s %lld", line->field,
                 line->kind == KAIMEN_ITEM_RULE_REJECTED ? "rule" : "slot", (long long)line->id);
    }
    fputs("    ", stdout);
    put_column(who, 26, PLAIN);
    fputs("  ", stdout);
    put_column(where, 22, PLAIN);
    fputs("  ", stdout);
    put_column(line->message, text_width(line->message), PLAIN);
    putchar('\n');
}

/* Whether a group that is cut short shows this one: each sentence once. */
static bool is_new(const struct rejection *first, const struct rejection *rejection) {
    for (const struct rejection *at = first; at < rejection; at++) {
        if (strcmp(at->line.message, rejection->line.message) == 0) {
            return false;
        }
    }
    return true;
}

/* One group: the rejections from `first` on, `most` of them at most. */
static bool print_group(const struct rejection *first, size_t size, size_t most) {
    size_t shown = 0;
    printf("  %s: %s%s%s, %zu\n", kind_names[first->line.kind], paint(YELLOW),
           kaimen_status_name(first->line.status), paint(PLAIN), size);
    for (size_t i = 0; i < size && shown < most; i++) {
        if (size <= most || is_new(first, &first[i])) {
            print_rejection(&first[i]);
            shown++;
        }
    }
    if (shown < size) {
        printf("    %s… and %zu more%s\n", paint(DIM), size - shown, paint(PLAIN));
    }
    return shown < size;
}

static void print_rejections(struct import *import, bool all) {
    struct rejection *list = import->rejections;
    const size_t count = import->rejection_count;
    if (count == 0 && import->dropped == 0) {
        return;
    }
    put_heading("Rejected, and nobody else harmed by it");
    if (count > 0) {
        qsort(list, count, sizeof *list, compare);
    }
    const size_t most = all || count <= LIST_WHOLE ? count : LIST_OF_GROUP;
    bool cut = false;
    for (size_t first = 0, next; first < count; first = next) {
        for (next = first + 1; next < count && list[next].line.kind == list[first].line.kind &&
                               list[next].line.status == list[first].line.status;
             next++) {
        }
        cut |= print_group(&list[first], next - first, most);
    }
    if (cut) {
        puts("  (--all lists them all)");
    }
    if (import->dropped > 0) {
        printf("  %llu further lines were counted, not kept\n", (unsigned long long)import->dropped);
    }
}

bool import_all(kaimen_engine *engine, const struct settings *settings) {
    struct import import = {0};
    for (size_t i = 0; i < settings->answer_count; i++) {
        import_one(&import, engine, settings->answers[i]);
        progress(i + 1, settings->answer_count, import.bytes);
    }
    const double seconds = (double)import.nanoseconds / 1e9;
    char amount[32];
    format_bytes(amount, sizeof amount, import.bytes);
    put_heading("Import");
    printf("  %zu answers, %s, in %.0f ms: %.0f MB/s\n", settings->answer_count, amount,
           seconds * 1e3, seconds > 0 ? (double)import.bytes / 1e6 / seconds : 0.0);
    for (size_t kind = 0; kind < KAIMEN_ITEM_KINDS; kind++) {
        if (import.counts[kind] > 0) {
            printf("  %7llu %s\n", (unsigned long long)import.counts[kind], kind_names[kind]);
        }
    }
    if (import.refused > 0) {
        printf("  %s%7zu answers refused%s\n", paint(RED), import.refused, paint(PLAIN));
    }
    print_rejections(&import, settings->all);
    free(import.rejections);
    return import.refused == 0;
}
