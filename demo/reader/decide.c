/* Probes to decisions: the part of a reader that stands between a camera and a
   lock. */
#include "reader.h"

#include <string.h>

static enum outcome judge(const struct row *row) {
    const struct probe *probe = row->probe;
    const kaimen_decision *decision = &row->decision;
    if (row->status != KAIMEN_OK) {
        return OUTCOME_ERROR;
    }
    if (probe->label[0] == '\0') {
        return OUTCOME_UNLABELLED;
    }
    const bool stranger = strcmp(probe->label, "stranger") == 0;
    if (decision->verdict == KAIMEN_VERDICT_UNKNOWN) {
        return stranger ? OUTCOME_REFUSED : OUTCOME_MISSED;
    }
    const bool right = !stranger && strcmp(probe->label, decision->userid) == 0 &&
                       probe->user_type == decision->user_type;
    if (decision->verdict == KAIMEN_VERDICT_PASS && !right) {
        return OUTCOME_FALSE_ACCEPT;
    }
    if (decision->reason == KAIMEN_REASON_AMBIGUOUS && !stranger) {
        return OUTCOME_MISSED;
    }
    return right ? OUTCOME_FOUND : OUTCOME_FALSE_MATCH;
}

/* What the rules of the member who was found say next. For the screen only:
   the door follows the decision. */
static void ask_rules(const kaimen_engine *engine, struct row *row) {
    const kaimen_decision *decision = &row->decision;
    if (decision->reason != KAIMEN_REASON_RULE &&
        decision->reason != KAIMEN_REASON_OUTSIDE_RULES &&
        decision->reason != KAIMEN_REASON_NOT_IN_EFFECT) {
        return;
    }
    const kaimen_status status =
        kaimen_engine_member_access(engine, decision->userid, decision->user_type, decision->time,
                                    &row->access, &row->detail);
    row->has_access = status == KAIMEN_OK;
    if (status != KAIMEN_OK) {
        library_error(decision->userid, status, &row->detail);
    }
}

static void decide(const kaimen_engine *engine, const struct probe *captured, struct row *row) {
    kaimen_probe probe;
    kaimen_probe_init(&probe);
    probe.encoding = KAIMEN_PROBE_TEMPLATE;
    probe.data = captured->template_bytes;
    probe.size = captured->size;
    row->probe = captured;
    kaimen_decision_init(&row->decision);
    kaimen_access_init(&row->access);
    kaimen_detail_init(&row->detail);
    const uint64_t start = clock_nanoseconds();
    row->status = kaimen_engine_identify_face(engine, &probe, captured->now, &row->decision,
                                              &row->detail);
    row->nanoseconds = clock_nanoseconds() - start;

    if (row->status == KAIMEN_OK && row->decision.verdict == KAIMEN_VERDICT_PASS) {
        /* Here, and nowhere else, firmware opens the door. */
    }
    row->has_access = false;
    if (row->status == KAIMEN_OK) {
        ask_rules(engine, row);
    }
    row->outcome = judge(row);
}

void decide_all(const kaimen_engine *engine, const struct probes *probes, struct row *rows) {
    for (size_t i = 0; i < probes->count; i++) {
        decide(engine, &probes->list[i], &rows[i]);
    }
}
