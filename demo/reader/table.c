/* The decisions as a table, and the sums under it. */
#include "reader.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Widest column for a member. */
enum { WIDEST = 28 };

static const struct {
    const char *sign;
    enum colour colour;
} signs[OUTCOMES] = {
    [OUTCOME_UNLABELLED] = {" ", PLAIN},   [OUTCOME_FOUND] = {"+", GREEN},
    [OUTCOME_MISSED] = {"-", YELLOW},      [OUTCOME_REFUSED] = {"+", GREEN},
    [OUTCOME_FALSE_MATCH] = {"!", YELLOW}, [OUTCOME_FALSE_ACCEPT] = {"X", RED},
    [OUTCOME_ERROR] = {"E", RED},
};

static void who_text(const struct row *row, char *text, size_t size) {
    const kaimen_decision *decision = &row->decision;
    if (row->status != KAIMEN_OK || decision->userid[0] == '\0') {
        snprintf(text, size, "nobody");
    } else {
        snprintf(text, size, "%s (%s)", decision->userid, user_type_name(decision->user_type));
    }
}

/* The reason, the rule, and until when it stays so. */
static void why_text(const struct row *row, char *text, size_t size) {
    const kaimen_decision *decision = &row->decision;
    char rule[32] = "", until[64] = "";
    if (row->status != KAIMEN_OK) {
        snprintf(text, size, "%s: %s", kaimen_status_name(row->status), row->detail.message);
        return;
    }
    if (decision->rule_id != KAIMEN_NONE64) {
        /* The name of KAIMEN_REASON_RULE is "rule". */
        const char *word = decision->reason == KAIMEN_REASON_RULE ? "" : ", rule";
        snprintf(rule, sizeof rule, "%s %" PRId64, word, decision->rule_id);
    }
    if (row->has_access && row->access.next_change == INT64_MAX) {
        snprintf(until, sizeof until, ", for ever");
    } else if (row->has_access) {
        const bool soon = row->access.next_change - decision->time < 28 * 86400;
        char time[40];
        format_time(time, sizeof time, row->access.next_change,
                    soon ? "%a %m-%d %H:%M" : "%Y-%m-%d %H:%M");
        snprintf(until, sizeof until, ", until %s", time);
    }
    snprintf(text, size, "%s%s%s", kaimen_reason_name(decision->reason), rule, until);
}

static void print_row(const struct row *row, size_t label_columns, size_t who_columns) {
    const kaimen_decision *decision = &row->decision;
    const bool decided = row->status == KAIMEN_OK;
    char time[40], who[160], score[16] = "-", margin[16] = "-", why[400], micros[24];
    format_time(time, sizeof time, row->probe->now, "%a %m-%d %H:%M:%S");
    who_text(row, who, sizeof who);
    why_text(row, why, sizeof why);
    /* Nobody reaches the floor: there is no score to show. */
    if (decided && decision->score != KAIMEN_SCORE_NONE) {
        format_score(score, sizeof score, decision->score);
    }
    if (decided && decision->margin != KAIMEN_MARGIN_NONE) {
        format_score(margin, sizeof margin, decision->margin);
    }
    snprintf(micros, sizeof micros, "%" PRIu64, (row->nanoseconds + 500) / 1000);
    const bool open = decided && decision->verdict == KAIMEN_VERDICT_PASS;
    const enum colour verdict = !decided ? RED
                                : open   ? GREEN
                                : decision->verdict == KAIMEN_VERDICT_DENY ? YELLOW
                                                                           : DIM;
    put_column(signs[row->outcome].sign, 2, signs[row->outcome].colour);
    put_column(time, 20, DIM);
    put_column(row->probe->label[0] == '\0' ? "?" : row->probe->label, label_columns, PLAIN);
    fputs("  ", stdout);
    put_column(who, who_columns, PLAIN);
    fputs("  ", stdout);
    put_right(score, 6, PLAIN);
    put_right(margin, 8, PLAIN);
    fputs("  ", stdout);
    put_column(decided ? kaimen_verdict_name(decision->verdict) : "error", 9, verdict);
    put_right(micros, 6, DIM);
    fputs("  ", stdout);
    put_column(why, text_width(why), PLAIN);
    putchar('\n');
}

static int compare(const void *left, const void *right) {
    const uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
    return a < b ? -1 : a > b;
}

static void print_times(const struct row *rows, size_t count) {
    uint64_t *times = malloc(count * sizeof *times);
    if (times == NULL) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        times[i] = rows[i].nanoseconds;
    }
    qsort(times, count, sizeof *times, compare);
    printf("  one identify call: median %.0f µs, longest %.0f µs, the first one %.0f µs\n",
           (double)times[count / 2] / 1e3, (double)times[count - 1] / 1e3,
           (double)rows[0].nanoseconds / 1e3);
    free(times);
}

static void print_columns(const struct row *rows, size_t count) {
    size_t label_columns = 11, who_columns = 13;
    char who[160];
    for (size_t i = 0; i < count; i++) {
        const size_t label = text_width(rows[i].probe->label);
        who_text(&rows[i], who, sizeof who);
        const size_t found = text_width(who);
        label_columns = label > label_columns ? label : label_columns;
        who_columns = found > who_columns ? found : who_columns;
    }
    label_columns = label_columns > WIDEST ? WIDEST : label_columns;
    who_columns = who_columns > WIDEST + 10 ? WIDEST + 10 : who_columns;
    fputs(paint(BOLD), stdout);
    put_column("", 2, BOLD);
    put_column("when", 20, BOLD);
    put_column("who it is", label_columns + 2, BOLD);
    put_column("who was found", who_columns + 2, BOLD);
    put_right("score", 6, BOLD);
    put_right("margin", 8, BOLD);
    fputs("  ", stdout);
    put_column("verdict", 9, BOLD);
    put_right("µs", 6, BOLD);
    fputs("  ", stdout);
    put_column("why", 3, BOLD);
    putchar('\n');
    for (size_t i = 0; i < count; i++) {
        print_row(&rows[i], label_columns, who_columns);
    }
}

int table_print(const struct row *rows, size_t count, const char *zone) {
    size_t outcomes[OUTCOMES] = {0};
    size_t pass = 0, deny = 0, unknown = 0;
    char day[40], offset[16], heading[192];
    if (count == 0) {
        puts("\nNo probes.");
        return EXIT_DONE;
    }
    format_offset(offset, sizeof offset, rows[0].probe->now);
    format_time(day, sizeof day, rows[0].probe->now, "%Y-%m-%d");
    snprintf(heading, sizeof heading, "Decisions from %s on (rules in %s, times shown in %s)", day,
             zone, offset);
    put_heading(heading);
    print_columns(rows, count);
    for (size_t i = 0; i < count; i++) {
        const bool decided = rows[i].status == KAIMEN_OK;
        outcomes[rows[i].outcome]++;
        pass += decided && rows[i].decision.verdict == KAIMEN_VERDICT_PASS;
        deny += decided && rows[i].decision.verdict == KAIMEN_VERDICT_DENY;
        unknown += decided && rows[i].decision.verdict == KAIMEN_VERDICT_UNKNOWN;
    }
    puts("  + right   - missed or not told apart   ! somebody else found, door shut   X false accept");

    put_heading("Sums");
    printf("  probes: %zu (%zu pass, %zu deny, %zu unknown)\n", count, pass, deny, unknown);
    printf("  members: %zu found, %zu missed; strangers: %zu refused\n", outcomes[OUTCOME_FOUND],
           outcomes[OUTCOME_MISSED], outcomes[OUTCOME_REFUSED]);
    printf("  false accepts: %s%zu%s; somebody else found with the door shut: %zu\n",
           outcomes[OUTCOME_FALSE_ACCEPT] > 0 ? paint(RED) : paint(GREEN),
           outcomes[OUTCOME_FALSE_ACCEPT], paint(PLAIN), outcomes[OUTCOME_FALSE_MATCH]);
    if (outcomes[OUTCOME_ERROR] > 0) {
        printf("  %serrors: %zu%s\n", paint(RED), outcomes[OUTCOME_ERROR], paint(PLAIN));
    }
    print_times(rows, count);
    if (outcomes[OUTCOME_ERROR] > 0) {
        return EXIT_LIBRARY;
    }
    return outcomes[OUTCOME_FALSE_ACCEPT] > 0 ? EXIT_FALSE_ACCEPT : EXIT_DONE;
}
