/*
 * kaimen: decides at a door.
 *
 * A WeCom access-control reader synchronises its members from the cloud, finds
 * out who a probe belongs to among all of them (1:N), and lets that member's
 * pass rules decide. This header is the whole manual of the C interface.
 *
 * The shortest way through it:
 *
 *     kaimen_algorithm_preset_int8_512_1072(&algorithm)
 *     kaimen_config_init(&config)        config.algorithms = &algorithm, count 1
 *     kaimen_engine_open(&config, &engine, NULL)
 *     kaimen_engine_sync(engine, NULL, 0, json, size, NULL, NULL)
 *     kaimen_engine_identify_face(engine, &probe, now, &decision, NULL)
 *     kaimen_engine_close(engine)
 *
 * Conventions. They hold for every function, without exception.
 *
 *  1. Names: functions and types are kaimen_<noun>_<verb> and kaimen_<noun>,
 *     constants KAIMEN_<NOUN>. A function of a handle or struct takes it
 *     first, unless it makes it; then come inputs, then outputs, last of all
 *     the detail.
 *  2. A function that can fail returns a kaimen_status: KAIMEN_OK (0), or a
 *     negative number in a range of a hundred per origin (-101.. caller,
 *     -201.. template, -301.. protocol, -401.. store, -501.. rules, -601..
 *     gallery, -701.. ours). Numbers are never reused. Nobody found and denied
 *     are decisions, not errors.
 *  3. The last argument of such a function is a kaimen_detail of the caller's,
 *     or NULL: what went wrong, in words. There is no hidden last error.
 *  4. Outputs are written on success only. Exceptions say so: a decision
 *     or an access is blanked first, so that an old one cannot open a door; a
 *     needed length is written together with KAIMEN_ERR_BUFFER.
 *  5. Handles (kaimen_engine, kaimen_request, kaimen_report) are pointers to
 *     incomplete types and not addresses. A handle that was closed or freed,
 *     or belongs to another kind, is answered KAIMEN_ERR_HANDLE. 256 handles
 *     of each kind may be open at once. Closing or freeing NULL is fine.
 *  6. Structs start with struct_size. Call the struct's _init (or a preset)
 *     before its first use, also for results; leave reserved fields zero. A
 *     program compiled against an older header goes on working: structs grow
 *     at their end or out of their reserved fields. kaimen_member_key, which
 *     comes in arrays, has no struct_size and never grows.
 *  7. Memory: inputs are read during the call only and copied where they are
 *     kept; results go into the caller's structs and buffers. Nothing that the
 *     library allocates is released with free().
 *  8. Pointers are not NULL unless it says so. Size 0 makes a NULL buffer an
 *     empty one; NULL with a size above 0 is KAIMEN_ERR_NULL. Beyond that a
 *     pointer must be valid for what it points to; no library can check that.
 *  9. Strings are UTF-8. Text in a struct is NUL-terminated and cut at a
 *     character's end where it does not fit; userids are never cut.
 * 10. Threads: every function may be called from any thread at any time, also
 *     with the same handle, also closing it while others use it. Identifying
 *     never waits for a sync. The library starts no threads unless the
 *     configuration's `threads` is above 1, and calls back only inside a call
 *     that was given a function, or that compares opaque templates. A struct or
 *     buffer of the caller's belongs to one call at a time. A thread needs at
 *     most 64 KiB of stack for any call, the caller's own functions not counted.
 * 11. Times are Unix seconds, sizes are bytes, scores are cosines in millionths
 *     (int32_t, -1000000 to 1000000) or false-match levels, equal bit for bit on
 *     every processor; a vendor's own scores are the vendor's affair.
 * 12. Panics: a defect inside the library never unwinds into C; the call
 *     answers KAIMEN_ERR_PANIC and has changed nothing; Rust prints a line about
 *     it on stderr. Where the system refuses memory, Rust ends the process: ask
 *     kaimen_config_required_bytes before opening.
 * 13. Fail closed: open the door if, and only if, the status is KAIMEN_OK and
 *     the verdict is KAIMEN_VERDICT_PASS.
 * 14. Parts: a build of the library may leave out minutiae (its cargo feature
 *     `fingerprint`) or the store (`store`). Header, functions and structs are
 *     the same in every build; a call that needs what is left out answers
 *     KAIMEN_ERR_ABSENT. Templates that such a build cannot search are kept,
 *     each with a line in the report.
 */


#ifndef KAIMEN_H
#define KAIMEN_H

#include <stddef.h>
#include <stdint.h>

/*
 Marks what the library exports. Define it before including this header if the
 tool chain needs more than plain C linkage.
 */
#ifndef KAIMEN_API
#define KAIMEN_API
#endif

/*
 Success. Nobody found and denied are data in a decision, never an error.
 */
#define KAIMEN_OK 0

/*
 Caller: a pointer that must not be NULL is NULL, or a NULL buffer comes
 with a size above zero.
 */
#define KAIMEN_ERR_NULL -101

/*
 Caller: a value is outside the range that the header gives for it.
 */
#define KAIMEN_ERR_ARGUMENT -102

/*
 Caller: `struct_size` is smaller than this version of the struct, or the
 part of a larger struct that this version does not know is not all zero.
 The `_init` function of the struct was not called.
 */
#define KAIMEN_ERR_STRUCT_SIZE -103

/*
 Caller: not a handle of this kind, or one that was closed or freed.
 */
#define KAIMEN_ERR_HANDLE -104

/*
 Caller: the buffer is too small; the needed length was written.
 */
#define KAIMEN_ERR_BUFFER -105

/*
 Caller: a string argument is not UTF-8.
 */
#define KAIMEN_ERR_UTF8 -106

/*
 Caller: too many handles of this kind are open at once.
 */
#define KAIMEN_ERR_TOO_MANY_HANDLES -107

/*
 Caller: a callback of the caller's ended the call before it was done.
 */
#define KAIMEN_ERR_CANCELLED -108

/*
 Caller: the `compare` function of an opaque algorithm failed; its own number is in the
 detail's `matcher_status`.
 */
#define KAIMEN_ERR_MATCHER -109

/*
 Caller: the `compare` function of an opaque algorithm took longer than `deadline_ms`.
 */
#define KAIMEN_ERR_DEADLINE -110

/*
 Caller: the configuration needs more memory than the process may still take. Nothing was
 taken: lower its limits, see `kaimen_config_required_bytes`.
 */
#define KAIMEN_ERR_MEMORY -111

/*
 Caller: what the call needs was left out of this build of the library (its cargo feature
 `fingerprint` or `store`; the detail says which).
 */
#define KAIMEN_ERR_ABSENT -112

/*
 Template: no algorithm of this name is configured for this modality.
 */
#define KAIMEN_ERR_ALGORITHM -201

/*
 Template: `data` is not base64 (standard alphabet).
 */
#define KAIMEN_ERR_BASE64 -202

/*
 Template: not the length that the algorithm's format demands.
 */
#define KAIMEN_ERR_LENGTH -203

/*
 Template: an element is NaN or infinite.
 */
#define KAIMEN_ERR_NOT_FINITE -204

/*
 Template: the vector is all zero, or so small (its largest element below
 2^-100) that it has no direction.
 */
#define KAIMEN_ERR_ZERO_NORM -205

/*
 Template: slot number beyond the slots of this modality.
 */
#define KAIMEN_ERR_SLOT -206

/*
 Template: the same slot twice in one list; the first one counts.
 */
#define KAIMEN_ERR_SLOT_TWICE -207

/*
 Template: larger than `max_template_bytes` of the configuration.
 */
#define KAIMEN_ERR_TEMPLATE_SIZE -208

/*
 Template: `fp_algorithm` and `fp_alogrithm` are both given and differ, or
 the algorithm's name is unusable.
 */
#define KAIMEN_ERR_ALGORITHM_NAME -209

/*
 Template: not a minutiae record of the algorithm's format.
 */
#define KAIMEN_ERR_MINUTIAE -210

/*
 Protocol: the bytes are not JSON, or end too early.
 */
#define KAIMEN_ERR_JSON_SYNTAX -301

/*
 Protocol: JSON, but not the answer that was expected.
 */
#define KAIMEN_ERR_JSON_SHAPE -302

/*
 Protocol: larger than `max_json_bytes` of the configuration.
 */
#define KAIMEN_ERR_JSON_SIZE -303

/*
 Protocol: nested deeper than the engine follows.
 */
#define KAIMEN_ERR_JSON_DEPTH -304

/*
 Protocol: the cloud answered with an `errcode` other than 0.
 */
#define KAIMEN_ERR_CLOUD -305

/*
 Protocol: the answer's `req_id` is not that of the request part.
 */
#define KAIMEN_ERR_REQ_ID -306

/*
 Protocol: a field of a member has the wrong type or an unusable value.
 */
#define KAIMEN_ERR_FIELD -307

/*
 Protocol: the same (`userid`, `user_type`) twice in one answer; the first
 one counts.
 */
#define KAIMEN_ERR_MEMBER_TWICE -308

/*
 Protocol: the page has another version than those before it; the list has changed
 meanwhile: abort the import and begin anew.
 */
#define KAIMEN_ERR_PAGE_VERSION -309

/*
 Store: the file is something else, a directory, or no store of this library's.
 */
#define KAIMEN_ERR_STORE_FORMAT -401

/*
 Store: written by a newer version of the library.
 */
#define KAIMEN_ERR_STORE_NEWER -402

/*
 Store: the file or its file system cannot be written.
 */
#define KAIMEN_ERR_STORE_READ_ONLY -403

/*
 Store: the file system is full, or a quota is.
 */
#define KAIMEN_ERR_STORE_FULL -404

/*
 Store: it is open already, in another process or in this one.
 */
#define KAIMEN_ERR_STORE_LOCKED -405

/*
 Store: sealed under another key; the file is untouched.
 */
#define KAIMEN_ERR_STORE_KEY -406

/*
 Store: damaged beyond single records.
 */
#define KAIMEN_ERR_STORE_DAMAGED -407

/*
 Store: the system refused a read, a write or a sync; the detail has its words.
 */
#define KAIMEN_ERR_STORE_IO -408

/*
 Store: a record is larger than the store takes.
 */
#define KAIMEN_ERR_STORE_RECORD -409

/*
 Store: it is opened without an event log.
 */
#define KAIMEN_ERR_STORE_NO_EVENTS -410

/*
 Store: the engine was opened without one, or it was wiped.
 */
#define KAIMEN_ERR_STORE_NONE -411

/*
 Rules: the rule does not follow the grammar, or is too long.
 */
#define KAIMEN_ERR_RULE -501

/*
 Rules: the time zone is not known.
 */
#define KAIMEN_ERR_ZONE -502

/*
 Rules: more rules than one member may have; the surplus is rejected.
 */
#define KAIMEN_ERR_RULE_COUNT -503

/*
 Gallery: no such member.
 */
#define KAIMEN_ERR_MEMBER -601

/*
 Gallery: `max_members` of the configuration is reached.
 */
#define KAIMEN_ERR_MEMBERS_FULL -602

/*
 Gallery: `max_face_templates`, `max_finger_templates` or `max_opaque_bytes` of the configuration
 is reached.
 */
#define KAIMEN_ERR_TEMPLATES_FULL -603

/*
 Gallery: `max_record_bytes` of the configuration is reached.
 */
#define KAIMEN_ERR_RECORDS_FULL -604

/*
 Gallery: the member has no searchable template of this algorithm.
 */
#define KAIMEN_ERR_NO_TEMPLATE -605

/*
 Gallery: an import of the whole list is open.
 */
#define KAIMEN_ERR_IMPORT_OPEN -606

/*
 Gallery: no import is open.
 */
#define KAIMEN_ERR_NO_IMPORT -607

/*
 Ours: a defect in the library was caught at its boundary. Nothing was
 changed by the call; please report it.
 */
#define KAIMEN_ERR_PANIC -701

/*
 Ours: an earlier write panicked, so this engine accepts no further writes;
 it goes on identifying with the last whole commit.
 */
#define KAIMEN_ERR_POISONED -702

/*
 "There is none": a slot, position or count that does not exist.
 */
#define KAIMEN_NONE 4294967295

/*
 "There is none" for signed 64-bit values (times, rule ids).
 */
#define KAIMEN_NONE64 -1

/*
 Longest `userid` in bytes, terminating NUL not counted.
 */
#define KAIMEN_USERID_BYTES 128

/*
 Longest `name` in bytes, terminating NUL not counted.
 */
#define KAIMEN_NAME_BYTES 256

/*
 Longest algorithm name in bytes, terminating NUL not counted.
 */
#define KAIMEN_ALGORITHM_BYTES 64

/*
 Most candidates of one search.
 */
#define KAIMEN_CANDIDATES 64

/*
 Most algorithms in a configuration: five for each modality.
 */
#define KAIMEN_ALGORITHMS 10

/*
 Most probes of one call.
 */
#define KAIMEN_PROBES 64

/*
 Most events of one call.
 */
#define KAIMEN_EVENTS 1000

/*
 The score of two equal directions: scores of vectors are cosines in millionths.
 */
#define KAIMEN_SCORE_ONE 1000000

/*
 "There is none": a score where nobody was found, or that `compare` left out (`INT32_MIN`).
 */
#define KAIMEN_SCORE_NONE INT32_MIN

/*
 "There is none": the margin where there is no other member (`INT32_MAX`).
 */
#define KAIMEN_MARGIN_NONE INT32_MAX

/*
 Search: results are by proof those of comparing all codes. Reads half of them.
 The lean mode: at 512 components a template takes 532 bytes in all.
 */
#define KAIMEN_SEARCH_PROVEN 1

/*
 Search: an eighth of the codes' size in sign bits is read first, another eighth and the rest for
 few templates (of up to 256 components both eighths of all, where signs say too little). The least time, and 666 bytes a template of 512 components. A template that
 scores exactly as much as is asked for is overlooked with a chance below 1e-9, one
 that scores more still more rarely; scores are the same.
 */
#define KAIMEN_SEARCH_FAST 2

/*
 `user_type`: employee.
 */
#define KAIMEN_USER_STAFF 0

/*
 `user_type`: visitor.
 */
#define KAIMEN_USER_VISITOR 1

/*
 `user_type`: student.
 */
#define KAIMEN_USER_STUDENT 2

/*
 Modality: face.
 */
#define KAIMEN_MODALITY_FACE 1

/*
 Modality: fingerprint.
 */
#define KAIMEN_MODALITY_FINGER 2

/*
 Verdict: the member may pass; open.
 */
#define KAIMEN_VERDICT_PASS 1

/*
 Verdict: a member was found, and the door stays shut; see the reason.
 */
#define KAIMEN_VERDICT_DENY 2

/*
 Verdict: nobody in the gallery reaches the threshold; stay shut.
 */
#define KAIMEN_VERDICT_UNKNOWN 3

/*
 Pass: a rule allows it; `rule_id` names it.
 */
#define KAIMEN_REASON_RULE 1

/*
 Pass: staff without any rule.
 */
#define KAIMEN_REASON_NO_RULES_STAFF 2

/*
 Pass: student without any rule, and `student_default_pass` is set.
 */
#define KAIMEN_REASON_NO_RULES_STUDENT 3

/*
 Deny: another member's score is nearer than the configured margin.
 */
#define KAIMEN_REASON_AMBIGUOUS 101

/*
 Deny: the template that was found is out of date; the cloud has a newer
 one that this reader has not received.
 */
#define KAIMEN_REASON_STALE 102

/*
 Deny: none of the member's rules covers this moment.
 */
#define KAIMEN_REASON_OUTSIDE_RULES 103

/*
 Deny: the member has rules, but none is in effect yet.
 */
#define KAIMEN_REASON_NOT_IN_EFFECT 104

/*
 Deny: the member has rules, and every one of them is malformed.
 */
#define KAIMEN_REASON_ALL_MALFORMED 105

/*
 Deny: visitor without any rule.
 */
#define KAIMEN_REASON_VISITOR_WITHOUT_RULES 106

/*
 Deny: student without any rule, and `student_default_pass` is not set.
 */
#define KAIMEN_REASON_STUDENT_WITHOUT_RULES 107

/*
 Deny: `now` lies outside the calendar; the reader's clock is wrong.
 */
#define KAIMEN_REASON_CLOCK 108

/*
 Unknown: the best score is below the threshold.
 */
#define KAIMEN_REASON_BELOW_THRESHOLD 201

/*
 Unknown: the gallery has no template of the probe's algorithm.
 */
#define KAIMEN_REASON_EMPTY_GALLERY 202

/*
 Release version, major part.
 */
#define KAIMEN_VERSION_MAJOR 0

/*
 Release version, minor part.
 */
#define KAIMEN_VERSION_MINOR 1

/*
 Release version, patch part.
 */
#define KAIMEN_VERSION_PATCH 0

/*
 Number of the binary interface. A library with the same number can replace
 another without recompiling; functions and structs only grow within it.
 */
#define KAIMEN_ABI_VERSION 1

/*
 Number of the in-memory template format (int8 codes, scores in millionths).
 */
#define KAIMEN_TEMPLATE_FORMAT 1

/*
 Element of a vector: IEEE 754 binary32, little-endian.
 */
#define KAIMEN_ELEMENT_F32 1

/*
 Element of a vector: IEEE 754 binary16, little-endian.
 */
#define KAIMEN_ELEMENT_F16 2

/*
 Element of a vector: signed byte.
 */
#define KAIMEN_ELEMENT_I8 3

/*
 Templates are vectors, compared by the cosine.
 */
#define KAIMEN_FORMAT_VECTOR 1

/*
 Templates are minutiae records, each in the format that it says it is in: any of the
 following but the two cards. Fingers only.

 The score is a false match level in thousandths, `10000 * log10(1 / FMR)`: 1 of 100
 comparisons of different fingers reaches 20000, 1 of 10,000 reaches 40000. It was measured up to 40000
 on all pairs of 135 fingers by three extractors; above, it goes on in a line, and nothing was measured. A search
 through n fingers needs `10000 * log10(n)` more than a comparison with one: for 1 false match in
 1,000 searches of 1,000 fingers a threshold of 60000. Templates with a false resolution score too high.
 */
#define KAIMEN_FORMAT_MINUTIAE 2

/*
 Minutiae: ISO/IEC 19794-2:2005 record.
 */
#define KAIMEN_FORMAT_ISO_2005 3

/*
 Minutiae: ISO/IEC 19794-2:2011 record.
 */
#define KAIMEN_FORMAT_ISO_2011 4

/*
 Minutiae: ISO/IEC 19794-2 normal size card format, 5 bytes a minutia.
 */
#define KAIMEN_FORMAT_ISO_CARD 5

/*
 Minutiae: ISO/IEC 19794-2 compact size card format, 3 bytes a minutia.
 */
#define KAIMEN_FORMAT_ISO_COMPACT_CARD 6

/*
 Minutiae: ANSI/INCITS 378-2004 record.
 */
#define KAIMEN_FORMAT_ANSI_2004 7

/*
 Minutiae: ANSI/INCITS 378-2009 record.
 */
#define KAIMEN_FORMAT_ANSI_2009 8

/*
 Minutiae: ANSI/INCITS 378-2009/AM1 record.
 */
#define KAIMEN_FORMAT_ANSI_2009_AM1 9

/*
 Minutiae: text of NIST NBIS, "x y theta quality" a line.
 */
#define KAIMEN_FORMAT_XYT 10

/*
 Templates are bytes that only their vendor's own comparison can read (a closed SDK). `compare`
 of the algorithm is that comparison; the library keeps the templates, 1 to `max_template_bytes`
 each and `max_opaque_bytes` together, and does all the rest: slots, threads, threshold, margin,
 rules. A probe is `KAIMEN_PROBE_TEMPLATE`, as `compare` wants it. For faces and for fingers.

 Scores are the vendor's, on any scale of `int32_t`, higher for more alike (a distance is negated);
 `INT32_MIN` alone is no score. `threshold`, `margin` and `floor` are on that scale. Set the
 threshold: its default means nothing there.
 */
#define KAIMEN_FORMAT_OPAQUE 11

/*
 The request names members by `userids`: the old form, staff only.
 */
#define KAIMEN_FORM_USERIDS 1

/*
 The request names members by `user_item`: userid and user_type.
 */
#define KAIMEN_FORM_USER_ITEM 2

/*
 A member who was not in the gallery.
 */
#define KAIMEN_ITEM_MEMBER_ADDED 0

/*
 A known member with at least one difference.
 */
#define KAIMEN_ITEM_MEMBER_CHANGED 1

/*
 A known member, equal in everything. Counted; has no line.
 */
#define KAIMEN_ITEM_MEMBER_UNCHANGED 2

/*
 A member who was asked for and left out by the cloud.
 */
#define KAIMEN_ITEM_MEMBER_REMOVED 3

/*
 A member of the answer that cannot be used; what was stored stays.
 */
#define KAIMEN_ITEM_MEMBER_REJECTED 4

/*
 A searchable template in a slot that was empty.
 */
#define KAIMEN_ITEM_TEMPLATE_ADDED 5

/*
 A searchable template that differs from the one before.
 */
#define KAIMEN_ITEM_TEMPLATE_REPLACED 6

/*
 A template that the cloud no longer gives.
 */
#define KAIMEN_ITEM_TEMPLATE_REMOVED 7

/*
 A template that cannot be used; `status` and `message` say why.
 */
#define KAIMEN_ITEM_TEMPLATE_REJECTED 8

/*
 A template that is kept but not searchable: its algorithm is not configured, or (`status` is
 `KAIMEN_ERR_ABSENT`) it is a finger's and the build of the library leaves minutiae out.
 */
#define KAIMEN_ITEM_TEMPLATE_KEPT 9

/*
 The cloud announces templates of this modality that it did not send, or
 that cannot be used: ask for this member again.
 */
#define KAIMEN_ITEM_TEMPLATES_WANTED 10

/*
 A pass rule that cannot be used; `status` and `message` say why.
 */
#define KAIMEN_ITEM_RULE_REJECTED 11

/*
 A field that is dropped while the member stays.
 */
#define KAIMEN_ITEM_FIELD_REJECTED 12

/*
 Report: a searchable finger template of so few minutiae that it is hardly told from
 other fingers; the message says how few. Have the finger enrolled again.
 */
#define KAIMEN_ITEM_TEMPLATE_WEAK 13

/*
 Report: what the store had of a member is lost, or cannot be proven to be the last that was
 kept: ask for this member again; until then the door stays shut for them. Without a `userid`: ask for everybody.
 */
#define KAIMEN_ITEM_MEMBER_DAMAGED 14

/*
 Number of kinds.
 */
#define KAIMEN_ITEM_KINDS 15

/*
 Import: the list of staff and students (`get_userinfo_by_page`). Whoever of them is not in it leaves; visitors stay.
 */
#define KAIMEN_IMPORT_MEMBERS 1

/*
 Import: the list of visitors. Whoever of them is not in it leaves; staff and students stay.
 */
#define KAIMEN_IMPORT_VISITORS 2

/*
 Bytes of the key that seals a store.
 */
#define KAIMEN_STORE_KEY_BYTES 32

/*
 Longest path of a store in bytes, terminating NUL not counted.
 */
#define KAIMEN_PATH_BYTES 4096

/*
 The probe is an array of `float` in the machine's own byte order.
 */
#define KAIMEN_PROBE_F32 1

/*
 The probe is a template in the algorithm's own layout, not base64; of an opaque algorithm
 whatever its `compare` takes as a probe.
 */
#define KAIMEN_PROBE_TEMPLATE 2

/*
 `pass_type`: in.
 */
#define KAIMEN_PASS_IN 1

/*
 `pass_type`: out.
 */
#define KAIMEN_PASS_OUT 2

/*
 `pass_type`: the direction is not known.
 */
#define KAIMEN_PASS_UNKNOWN 3

/*
 `pass_method`: face.
 */
#define KAIMEN_METHOD_FACE 1

/*
 `pass_method`: QR code.
 */
#define KAIMEN_METHOD_QR_CODE 2

/*
 `pass_method`: opened remotely.
 */
#define KAIMEN_METHOD_REMOTE 3

/*
 `pass_method`: fingerprint.
 */
#define KAIMEN_METHOD_FINGER 4

/*
 `pass_method`: WeCom scans the reader's QR code.
 */
#define KAIMEN_METHOD_SCANS_READER 5

/*
 `pass_method`: the reader scans the phone's QR code.
 */
#define KAIMEN_METHOD_SCANS_PHONE 6

/*
 An engine. Handle; made by `kaimen_engine_open` or `kaimen_engine_open_stored`, released by
 `kaimen_engine_close`. Every function may be called with the same engine
 from any thread at any time; identification never waits for a sync.
 */
typedef struct kaimen_engine kaimen_engine;

/*
 What applying an answer or a page, committing an import or opening a store did, line by
 line. Handle; made by those calls, released by `kaimen_report_free`. It outlives its
 engine.
 */
typedef struct kaimen_report kaimen_report;

/*
 A request for members, in parts of at most 200. Handle; made by
 `kaimen_request_new`, released by `kaimen_request_free`.
 */
typedef struct kaimen_request kaimen_request;

/*
 Result of a call: `KAIMEN_OK` (0) or a negative `KAIMEN_ERR_…`.
 */
typedef int32_t kaimen_status;

/*
 What went wrong, in words. Owned by the caller, filled by
 `kaimen_detail_init`, and written only by calls that fail. Every function
 that returns a status takes one as its last argument; NULL is fine.

 It never holds a template, a name or a key.
 */
typedef struct kaimen_detail {
    /*
     Size of this struct in bytes, set by `kaimen_detail_init`.
     */
    uint32_t struct_size;
    /*
     The status that the call returned.
     */
    kaimen_status status;
    /*
     Byte offset in the JSON, index of the algorithm in the configuration,
     or whatever the message counts; `KAIMEN_NONE` if nothing.
     */
    uint32_t position;
    /*
     What the `compare` function of an opaque algorithm answered, with `KAIMEN_ERR_MATCHER`; else 0.
     */
    int32_t matcher_status;
    /*
     Zero.
     */
    uint32_t reserved[4];
    /*
     The argument or JSON field concerned, NUL-terminated; may be empty.
     */
    char field[64];
    /*
     One English sentence, NUL-terminated UTF-8, cut to fit.
     */
    char message[256];
} kaimen_detail;

/*
 What this library is and what it runs on. Fill it with
 `kaimen_build_info_init` first.
 */
typedef struct kaimen_build_info {
    /*
     Size of this struct in bytes, set by `kaimen_build_info_init`.
     */
    uint32_t struct_size;
    /*
     `KAIMEN_ABI_VERSION` of the library, not of the header.
     */
    uint32_t abi_version;
    /*
     `KAIMEN_TEMPLATE_FORMAT` of the library.
     */
    uint32_t template_format;
    /*
     32 or 64.
     */
    uint32_t pointer_bits;
    /*
     1 if built with debug assertions, else 0.
     */
    uint32_t debug;
    /*
     Zero.
     */
    uint32_t reserved[3];
    /*
     Release version, for example "0.1.0", NUL-terminated.
     */
    char version[32];
    /*
     Architecture and system, for example "x86_64-linux", NUL-terminated.
     */
    char target[32];
    /*
     The kernel tier chosen for this processor, NUL-terminated: one of
     "portable", "avx2", "avx512-vnni", "avx512-vpopcntdq", "amx-int8", "armv7-neon", "neon",
     "neon-dotprod", "neon-i8mm". Scores do not depend on it. For "amx-int8" the process asks
     Linux for the use of tiles, which makes its signal frames 8 KiB larger.
     */
    char tier[32];
} kaimen_build_info;

/*
 Compares a probe with templates of one algorithm: a vendor's SDK behind a function.

 `user`: as in `kaimen_algorithm`.
 `probe`, `probe_size`: what the call was given, or with `kaimen_engine_duplicates` a template.
 `templates`, `sizes`, `count`: 1 to 256 templates, of any members, with their sizes in bytes.
 They are not aligned to more than 1, and there until the function returns; do not write them.
 `scores`: an array of `count`, all `INT32_MIN` (`KAIMEN_SCORE_NONE`) before. Write a score for
 each template, higher for more alike. A place that is left as it was, or set to that, counts
 as no comparison: that template is not found.
 Returns 0, or any number of the vendor's: the call fails with `KAIMEN_ERR_MATCHER`, whatever
 was written, and the number is in the detail.

 The score must depend on the two templates only, higher is more alike. Called inside a call that
 compares, never else: in its own thread, or with `threads` above 1 in several of the engine's at once, which have
 256 KiB of stack for it. So it must be safe in several threads if `threads` is above 1, or if
 the program itself identifies in several. It must return (no `longjmp`, no exception) and
 must not call this library.
 */
typedef int32_t (*kaimen_compare_fn)(void *user,
                                     const void *probe,
                                     size_t probe_size,
                                     const void *const *templates,
                                     const size_t *sizes,
                                     size_t count,
                                     int32_t *scores);

/*
 One algorithm: the layout of its templates and the meaning of its scores.
 Fill it with `kaimen_algorithm_init` or a preset first.
 */
typedef struct kaimen_algorithm {
    /*
     Size of this struct in bytes, set by `kaimen_algorithm_init`.
     */
    uint32_t struct_size;
    /*
     `KAIMEN_MODALITY_…`.
     */
    uint32_t modality;
    /*
     `KAIMEN_ELEMENT_…`. This and the next four are for vectors only.
     */
    uint32_t element;
    /*
     Elements of the vector, 32 to 2048. No default.
     */
    uint32_t dimension;
    /*
     Bytes to skip before the first element. Default 0.
     */
    uint32_t header_bytes;
    /*
     Exact size of a decoded template in bytes; every other size is refused.
     Default 0: header and vector, nothing behind them.
     */
    uint32_t expected_bytes;
    /*
     value = element * scale. Finite, above 0; a cosine does not see it, so
     it is not applied. Default 1.
     */
    float scale;
    /*
     Lowest score that counts as the same person, 1 to `KAIMEN_SCORE_ONE`: of vectors
     the cosine in millionths, of minutiae the false match level (see
     `KAIMEN_FORMAT_MINUTIAE`), of opaque templates any score of the vendor's. Belongs to the
     model: take it from a measured false positive identification rate. Default `KAIMEN_SCORE_ONE`, which
     practically nobody reaches.
     */
    int32_t threshold;
    /*
     The best member must be ahead of every other member by at least this
     much, or the decision is ambiguous; 0 to `KAIMEN_SCORE_ONE`, of opaque templates from 0.
     Equal scores are ambiguous even at 0. Default 0.
     */
    int32_t margin;
    /*
     Lowest score of interest, -`KAIMEN_SCORE_ONE` to `KAIMEN_SCORE_ONE`, of opaque templates
     any. Decisions do not depend on it, but a probe below it is told apart from nobody no
     more: its decision has no score, nor does a margin count members below. The higher
     it is, the less a search costs; above `threshold - margin` it counts as that.
     Default `KAIMEN_SCORE_ONE`.
     */
    int32_t floor;
    /*
     `KAIMEN_SEARCH_…`. Default `KAIMEN_SEARCH_PROVEN`, which 0 means as well.
     */
    uint32_t search;
    /*
     `KAIMEN_FORMAT_…`. Default `KAIMEN_FORMAT_VECTOR`, which 0 means as well.
     */
    uint32_t format;
    /*
     Opaque templates: what comparing one probe may take, in milliseconds; 0 (default): as long as
     it likes. The clock is read before each call of `compare`; one that was begun is
     finished, so a call ends that much later. When the time is over before all templates
     were compared, the call fails with `KAIMEN_ERR_DEADLINE`: half a gallery decides nothing.
     */
    uint32_t deadline_ms;
    /*
     Zero.
     */
    uint32_t reserved[3];
    /*
     The name in the protocol, NUL-terminated, 1 to
     `KAIMEN_ALGORITHM_BYTES`. Default "default". The first algorithm of a
     modality is also meant by an absent name and by "default".
     */
    char name[72];
    /*
     Opaque templates: the vendor's comparison. Default NULL, which it is for all other formats.
     It and what `user` points to must be there until the engine is closed and every call
     of it has returned.
     */
    kaimen_compare_fn compare;
    /*
     Handed to `compare`; the library never looks at what it points to.
     */
    void *user;
    /*
     Zero.
     */
    size_t reserved_size;
} kaimen_algorithm;

/*
 What an engine is opened with. Fill it with `kaimen_config_init` first.
 Everything is copied; nothing has to outlive the call that takes it, but the `compare` and `user`
 of opaque algorithms.
 */
typedef struct kaimen_config {
    /*
     Size of this struct in bytes, set by `kaimen_config_init`.
     */
    uint32_t struct_size;
    /*
     Whether a student without any rule may pass: 0 or 1. Default 0.
     */
    uint32_t student_default_pass;
    /*
     Largest answer of the cloud in bytes, 1 to 268435456. Default 16 MiB.
     */
    uint64_t max_json_bytes;
    /*
     Most bytes of member records (names, keys, rules, templates that are
     kept without being searched), 1 to 2147483648. Default 32 MiB.
     */
    uint64_t max_record_bytes;
    /*
     Most bytes of searchable opaque templates, all algorithms together, 1 to 2147483648.
     Default 32 MiB; takes no memory without an opaque algorithm.
     */
    uint64_t max_opaque_bytes;
    /*
     Most members, 1 to 4000000. Default 20000.
     */
    uint32_t max_members;
    /*
     Most searchable face templates, 1 to 16000000. Default 40000.
     */
    uint32_t max_face_templates;
    /*
     Largest decoded template in bytes, 1 to 4194304, and at least the
     `expected_bytes` of every algorithm. Default 65536.
     */
    uint32_t max_template_bytes;
    /*
     Threads that a search of a large gallery (from some 32,000 vectors, 1,024 fingers or
     257 opaque templates) may use: 0 to 64. With 0 and 1 (default) none is started and no
     memory taken; with more the engine keeps so many, asleep between searches, and waking
     them may allocate.
     */
    uint32_t threads;
    /*
     Most searchable finger templates, each view of a record counted, 1 to 16000000.
     Default 40000; takes no memory without an algorithm for fingers.
     */
    uint32_t max_finger_templates;
    /*
     Zero.
     */
    uint32_t reserved[5];
    /*
     The reader's time zone, NUL-terminated: an IANA name ("Asia/Shanghai"),
     a POSIX TZ string ("CST-8") or a fixed offset ("+08:00"). The host's
     own setting is never read. NULL means "Asia/Shanghai".
     */
    const char *zone;
    /*
     The algorithms, at least one and at most five for each modality. No default.
     */
    const struct kaimen_algorithm *algorithms;
    /*
     How many.
     */
    size_t algorithm_count;
    /*
     Zero.
     */
    size_t reserved_size;
} kaimen_config;

/*
 What a request asks for. Fill it with `kaimen_request_options_init` first.
 */
typedef struct kaimen_request_options {
    /*
     Size of this struct in bytes, set by `kaimen_request_options_init`.
     */
    uint32_t struct_size;
    /*
     `KAIMEN_FORM_…`. Default `KAIMEN_FORM_USER_ITEM`.
     */
    uint32_t form;
    /*
     `is_req_fp_info`, 0 or 1. Default 1.
     */
    uint32_t fingerprints;
    /*
     `is_req_fa_info`, 0 or 1. Default 1.
     */
    uint32_t faces;
    /*
     `is_req_public_key`, 0 or 1. Default 0.
     */
    uint32_t public_keys;
    /*
     Zero.
     */
    uint32_t reserved[7];
} kaimen_request_options;

/*
 Who: the primary key of a member.
 */
typedef struct kaimen_member_key {
    /*
     NUL-terminated, 1 to `KAIMEN_USERID_BYTES` bytes, no control characters.
     */
    const char *userid;
    /*
     `KAIMEN_USER_…`.
     */
    uint32_t user_type;
    /*
     Zero.
     */
    uint32_t reserved;
} kaimen_member_key;

/*
 The counts of a report. Fill it with `kaimen_report_summary_init` first.
 */
typedef struct kaimen_report_summary {
    /*
     Size of this struct in bytes, set by `kaimen_report_summary_init`.
     */
    uint32_t struct_size;
    /*
     Lines that `kaimen_report_line_get` gives.
     */
    uint32_t items;
    /*
     Lines beyond that: counted below, but not kept.
     */
    uint64_t dropped;
    /*
     Generation of the gallery after the commit.
     */
    uint64_t generation;
    /*
     How many of each `KAIMEN_ITEM_…`, dropped ones included. The last
     place is reserved.
     */
    uint64_t counts[16];
} kaimen_report_summary;

/*
 One line of a report. Fill it with `kaimen_report_line_init` first.
 */
typedef struct kaimen_report_line {
    /*
     Size of this struct in bytes, set by `kaimen_report_line_init`.
     */
    uint32_t struct_size;
    /*
     `KAIMEN_ITEM_…`.
     */
    uint32_t kind;
    /*
     `KAIMEN_OK`, or the reason of a rejection.
     */
    kaimen_status status;
    /*
     `KAIMEN_USER_…`, or `KAIMEN_NONE` if it could not be read.
     */
    uint32_t user_type;
    /*
     Place of the member in `userinfo`, from 0, or `KAIMEN_NONE`.
     */
    uint32_t position;
    /*
     `KAIMEN_MODALITY_…` of a template, else 0.
     */
    uint32_t modality;
    /*
     Slot of a template or id of a rule, or `KAIMEN_NONE64`.
     */
    int64_t id;
    /*
     Zero.
     */
    uint32_t reserved[6];
    /*
     The member, NUL-terminated; empty if it could not be read.
     */
    char userid[136];
    /*
     The protocol's field concerned, NUL-terminated; may be empty.
     */
    char field[64];
    /*
     The reason in one English sentence, NUL-terminated UTF-8, cut to fit;
     empty where nothing is wrong.
     */
    char message[256];
} kaimen_report_line;

/*
 How full an engine is. Fill it with `kaimen_stats_init` first.
 */
typedef struct kaimen_stats {
    /*
     Size of this struct in bytes, set by `kaimen_stats_init`.
     */
    uint32_t struct_size;
    /*
     Members in the gallery.
     */
    uint32_t members;
    /*
     Searchable face templates.
     */
    uint32_t face_templates;
    /*
     Templates that are kept without being searched.
     */
    uint32_t kept_templates;
    /*
     Templates, of both sorts, that the cloud has replaced without sending
     the new ones.
     */
    uint32_t stale_templates;
    /*
     Searchable finger templates, each view of a record counted.
     */
    uint32_t finger_templates;
    /*
     Counts the commits of this engine.
     */
    uint64_t generation;
    /*
     Bytes of the galleries.
     */
    uint64_t index_bytes;
    /*
     Bytes of the member records, as `max_record_bytes` counts them.
     */
    uint64_t record_bytes;
    /*
     Bytes of the opaque templates, as `max_opaque_bytes` counts them.
     */
    uint64_t opaque_bytes;
    /*
     Zero.
     */
    uint64_t reserved2[3];
} kaimen_stats;

/*
 What an engine knows about one member. Fill it with `kaimen_member_init`
 first.
 */
typedef struct kaimen_member {
    /*
     Size of this struct in bytes, set by `kaimen_member_init`.
     */
    uint32_t struct_size;
    /*
     Searchable face templates.
     */
    uint32_t face_templates;
    /*
     Templates that are kept without being searched.
     */
    uint32_t kept_templates;
    /*
     Templates, of both sorts, that are out of date.
     */
    uint32_t stale_templates;
    /*
     Usable pass rules.
     */
    uint32_t rules;
    /*
     Pass rules that were rejected.
     */
    uint32_t rejected_rules;
    /*
     `openvid`; 0 if none was given.
     */
    uint64_t openvid;
    /*
     `fa_ver` of the face templates that are held; 0 if none was given.
     */
    uint64_t fa_ver;
    /*
     `fp_ver` of the fingerprint templates that are held; 0 if none.
     */
    uint64_t fp_ver;
    /*
     Searchable finger templates.
     */
    uint32_t finger_templates;
    /*
     Zero.
     */
    uint32_t reserved32;
    /*
     Zero.
     */
    uint64_t reserved[3];
    /*
     `name`, NUL-terminated; empty if none was given.
     */
    char name[264];
} kaimen_member;

/*
 What a page of the whole list says of itself. Fill it with `kaimen_page_init` first.
 */
typedef struct kaimen_page {
    /*
     Size of this struct in bytes, set by `kaimen_page_init`.
     */
    uint32_t struct_size;
    /*
     `is_last`: 1 yes, 0 no, `KAIMEN_NONE` if the page does not say.
     */
    uint32_t is_last;
    /*
     `perm_version` or `visitor_version`; 0 if the page does not say.
     */
    uint64_t version;
    /*
     Zero.
     */
    uint64_t reserved[4];
} kaimen_page;

/*
 Gives the key: writes `size` (`KAIMEN_STORE_KEY_BYTES`) bytes to `key` and returns 0; any other
 value ends the call with `KAIMEN_ERR_CANCELLED`. Called in the thread of the call that it was
 given to, once; must return (no `longjmp`, no exception), and must not call the library.
 */
typedef uint32_t (*kaimen_key_fn)(void *user,
                                  uint8_t *key,
                                  size_t size);

/*
 Where the durable copy is, and the key that seals it. Fill it with
 `kaimen_store_config_init` first. Everything is copied; nothing has to outlive the call.
 */
typedef struct kaimen_store_config {
    /*
     Size of this struct in bytes, set by `kaimen_store_config_init`.
     */
    uint32_t struct_size;
    /*
     Most events that wait to be acknowledged; the oldest makes room for a new one and is counted.
     0: no event log. Default 10000.
     */
    uint32_t max_events;
    /*
     Memory for pages of the file in bytes, 262144 to 1073741824; half of it
     buffers writes. Not part of `kaimen_config_required_bytes`. Default 4 MiB.
     */
    uint64_t cache_bytes;
    /*
     Zero.
     */
    uint64_t reserved[4];
    /*
     The file, NUL-terminated, UTF-8, 1 to `KAIMEN_PATH_BYTES`. Created if it is not there; its
     folder must be. No default.
     */
    const char *path;
    /*
     The key, `KAIMEN_STORE_KEY_BYTES` bytes of full entropy, as from a secure element; NULL if
     `key_callback` gives it. Overwrite yours when the call has returned: the engine keeps keys
     that follow from it, not the key.
     */
    const uint8_t *key;
    /*
     Gives the key if `key` is NULL.
     */
    kaimen_key_fn key_callback;
    /*
     Handed to `key_callback`.
     */
    void *user;
} kaimen_store_config;

/*
 What `kaimen_engine_wipe` could do. Fill it with `kaimen_wiped_init` first.
 */
typedef struct kaimen_wiped {
    /*
     Size of this struct in bytes, set by `kaimen_wiped_init`.
     */
    uint32_t struct_size;
    /*
     1: the sealed key was overwritten and the file synchronised, so nobody can unseal what may
     be left, unless an old copy of the key's place survives in the flash.
     */
    uint32_t key_destroyed;
    /*
     1: the file has no content any more.
     */
    uint32_t truncated;
    /*
     Zero.
     */
    uint32_t reserved;
    /*
     Bytes that the file had.
     */
    uint64_t bytes;
    /*
     How many of them were overwritten with zeros and synchronised.
     */
    uint64_t overwritten;
    /*
     Zero.
     */
    uint64_t reserved64[4];
    /*
     What could not be done, in the system's words, NUL-terminated, cut to fit; empty if
     everything was.
     */
    char failures[512];
} kaimen_wiped;

/*
 What was captured at the door. Fill it with `kaimen_probe_init` first. The
 caller owns the data; it is read during the call only.
 */
typedef struct kaimen_probe {
    /*
     Size of this struct in bytes, set by `kaimen_probe_init`.
     */
    uint32_t struct_size;
    /*
     `KAIMEN_PROBE_…`. Default `KAIMEN_PROBE_F32`.
     */
    uint32_t encoding;
    /*
     Zero.
     */
    uint32_t reserved[6];
    /*
     The vector or template; need not be aligned.
     */
    const void *data;
    /*
     Size of the data in bytes (not a count of elements).
     */
    size_t size;
    /*
     Name of the algorithm, NUL-terminated; NULL is the first one that the
     configuration names for faces, or for fingers.
     */
    const char *algorithm;
    /*
     Zero.
     */
    size_t reserved_size;
} kaimen_probe;

/*
 The decision about one probe. Fill it with `kaimen_decision_init` before
 its first use. Open the door if, and only if, the status is `KAIMEN_OK` and
 `verdict` is `KAIMEN_VERDICT_PASS`.
 */
typedef struct kaimen_decision {
    /*
     Size of this struct in bytes, set by `kaimen_decision_init`.
     */
    uint32_t struct_size;
    /*
     `KAIMEN_VERDICT_…`; 0 as long as nothing was decided.
     */
    uint32_t verdict;
    /*
     `KAIMEN_REASON_…`; belongs to the verdict.
     */
    uint32_t reason;
    /*
     `KAIMEN_MODALITY_…` of the probe.
     */
    uint32_t modality;
    /*
     The `now` of the call, Unix seconds.
     */
    int64_t time;
    /*
     Generation of the gallery that was searched.
     */
    uint64_t generation;
    /*
     Id of the rule that allowed it, or of the first one to take effect;
     `KAIMEN_NONE64` if the reason is not about one rule.
     */
    int64_t rule_id;
    /*
     Best score: of vectors the cosine in millionths, of minutiae the false match level
     (`KAIMEN_FORMAT_MINUTIAE`), of opaque templates what `compare` says; `KAIMEN_SCORE_NONE` if
     the gallery is empty or nobody scores as much as the algorithm's `floor`.
     */
    int32_t score;
    /*
     Distance to the best other member, in units of the score; `KAIMEN_MARGIN_NONE` if there
     is no other at or above the `floor` (or one that is so far away).
     */
    int32_t margin;
    /*
     The threshold that was applied.
     */
    int32_t threshold;
    /*
     Slot of the template that gave the score, or `KAIMEN_NONE`.
     */
    uint32_t slot;
    /*
     `KAIMEN_USER_…` of the member, or `KAIMEN_NONE`.
     */
    uint32_t user_type;
    /*
     Zero.
     */
    uint32_t reserved[7];
    /*
     The member, NUL-terminated; empty if the verdict is unknown.
     */
    char userid[136];
} kaimen_decision;

/*
 One member of a candidate list. Fill it with `kaimen_candidate_init` first.
 */
typedef struct kaimen_candidate {
    /*
     Size of this struct in bytes, set by `kaimen_candidate_init`.
     */
    uint32_t struct_size;
    /*
     `KAIMEN_USER_…`.
     */
    uint32_t user_type;
    /*
     The member's best score: cosine in millionths, false match level, or the vendor's.
     */
    int32_t score;
    /*
     Slot of the template that gave it.
     */
    uint32_t slot;
    /*
     Zero.
     */
    uint32_t reserved[4];
    /*
     The member, NUL-terminated.
     */
    char userid[136];
} kaimen_candidate;

/*
 What the rules say about one member. Fill it with `kaimen_access_init` first.
 */
typedef struct kaimen_access {
    /*
     Size of this struct in bytes, set by `kaimen_access_init`.
     */
    uint32_t struct_size;
    /*
     `KAIMEN_VERDICT_PASS` or `KAIMEN_VERDICT_DENY`.
     */
    uint32_t verdict;
    /*
     `KAIMEN_REASON_…`; belongs to the verdict.
     */
    uint32_t reason;
    /*
     Zero.
     */
    uint32_t reserved[3];
    /*
     Id of the rule that allows it, or of the first one to take effect;
     `KAIMEN_NONE64` if the reason is not about one rule.
     */
    int64_t rule_id;
    /*
     The first instant after `now` at which the verdict is another one,
     Unix seconds; `INT64_MAX` if it stays for ever.
     */
    int64_t next_change;
} kaimen_access;

/*
 What happened at the door: an access record (`checkin`), and what stays in the reader.
 Fill it with `kaimen_event_init` or `kaimen_event_of` first.
 */
typedef struct kaimen_event {
    /*
     Size of this struct in bytes, set by `kaimen_event_init`.
     */
    uint32_t struct_size;
    /*
     `KAIMEN_USER_…`, or `KAIMEN_NONE` if nobody was recognised.
     */
    uint32_t user_type;
    /*
     Number of the event, from 1, given by the log.
     */
    uint64_t sequence;
    /*
     `timestamp`: Unix seconds. The cloud drops what is earlier than 2018 without a word.
     */
    int64_t time;
    /*
     `KAIMEN_PASS_…`. Default `KAIMEN_PASS_UNKNOWN`.
     */
    uint32_t pass_type;
    /*
     `KAIMEN_METHOD_…`. Default `KAIMEN_METHOD_FACE`.
     */
    uint32_t pass_method;
    /*
     `KAIMEN_VERDICT_…`; 0 where no decision was made. For the reader alone, as all that follows.
     */
    uint32_t verdict;
    /*
     `KAIMEN_REASON_…`; 0 where no decision was made.
     */
    uint32_t reason;
    /*
     Score of the decision, or `KAIMEN_SCORE_NONE`.
     */
    int32_t score;
    /*
     Slot of the template that gave the score, or `KAIMEN_NONE`.
     */
    uint32_t slot;
    /*
     1: the record was damaged, and only `sequence` is known. Set by the log.
     */
    uint32_t damaged;
    /*
     Zero.
     */
    uint32_t reserved[5];
    /*
     The member, NUL-terminated; empty if nobody was recognised.
     */
    char userid[136];
} kaimen_event;

/*
 The event log in numbers. Fill it with `kaimen_event_stats_init` first.
 */
typedef struct kaimen_event_stats {
    /*
     Size of this struct in bytes, set by `kaimen_event_stats_init`.
     */
    uint32_t struct_size;
    /*
     Zero.
     */
    uint32_t reserved;
    /*
     Events that wait to be acknowledged.
     */
    uint64_t pending;
    /*
     Events that were pushed out of the full log unacknowledged, since the store was created.
     */
    uint64_t dropped;
    /*
     Number of the oldest event that waits; the next one's if none waits.
     */
    uint64_t first;
    /*
     Number that the next event gets.
     */
    uint64_t next;
    /*
     Zero.
     */
    uint64_t reserved64[4];
} kaimen_event_stats;

/*
 Two templates of different members that are alike. Made by the library, and
 valid during the callback only.
 */
typedef struct kaimen_pair {
    /*
     Size of this struct in bytes.
     */
    uint32_t struct_size;
    /*
     Cosine in millionths, or what `compare` says.
     */
    int32_t score;
    /*
     `KAIMEN_USER_…` of the one member.
     */
    uint32_t user_type;
    /*
     Slot of that member's template.
     */
    uint32_t slot;
    /*
     `KAIMEN_USER_…` of the other member.
     */
    uint32_t other_user_type;
    /*
     Slot of the other template.
     */
    uint32_t other_slot;
    /*
     Zero.
     */
    uint32_t reserved[6];
    /*
     The one member, whose userid comes first, NUL-terminated.
     */
    char userid[136];
    /*
     The other member, NUL-terminated.
     */
    char other_userid[136];
} kaimen_pair;

/*
 Takes a pair. Returns 0 to go on, any other value to end the search. Called in the
 thread of the call that it was given to; must return (no `longjmp`, no exception),
 and may call the same engine, but not `kaimen_engine_duplicates` of it.
 */
typedef uint32_t (*kaimen_pair_fn)(void *user,
                                   const struct kaimen_pair *pair);

/*
 Hears how far a search is: `done` of `total` templates were compared with all that
 come after them, so the first half of the way takes three quarters of the time.
 Returns and obligations as `kaimen_pair_fn`.
 */
typedef uint32_t (*kaimen_progress_fn)(void *user,
                                       uint64_t done,
                                       uint64_t total);

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/*
 Fills a `kaimen_detail` for its first use. NULL is ignored.
 */
KAIMEN_API
void kaimen_detail_init(struct kaimen_detail *detail);

/*
 The release version as text, for example "0.1.0". Static, never NULL.
 */
KAIMEN_API
const char *kaimen_version(void);

/*
 `KAIMEN_ABI_VERSION` of the library. Compare it with the header's.
 */
KAIMEN_API
uint32_t kaimen_abi_version(void);

/*
 Fills a `kaimen_build_info` for use as a result. NULL is ignored.
 */
KAIMEN_API
void kaimen_build_info_init(struct kaimen_build_info *info);

/*
 What this library is: versions, target, and the kernel tier that was chosen
 for this processor.

 `info`: initialised; written on success.
 Statuses: `KAIMEN_OK`, `KAIMEN_ERR_NULL`, `KAIMEN_ERR_STRUCT_SIZE`.
 */
KAIMEN_API
kaimen_status kaimen_build_info_get(struct kaimen_build_info *info,
                                    struct kaimen_detail *detail);

/*
 The name of a status, for example "KAIMEN_ERR_NULL"; "KAIMEN_ERR_?" for a
 number that this version does not know. Static, never NULL.
 */
KAIMEN_API
const char *kaimen_status_name(kaimen_status status);

/*
 A verdict in one lower-case word: "pass", "deny", "unknown"; "?" for any
 other number. Static, never NULL.
 */
KAIMEN_API
const char *kaimen_verdict_name(uint32_t verdict);

/*
 A reason in a few English words, for a log or a screen; "?" for a number
 that this version does not know. Static, never NULL.
 */
KAIMEN_API
const char *kaimen_reason_name(uint32_t reason);

/*
 Fills a `kaimen_algorithm` with the defaults. NULL is ignored.
 */
KAIMEN_API
void kaimen_algorithm_init(struct kaimen_algorithm *algorithm);

/*
 Fills a `kaimen_algorithm` for the 1072-byte face template of a widespread
 family of terminals: 512 signed bytes (value / 128), then 560 bytes that are
 not used (a vector for masked faces, landmarks, norms). Threshold 540000,
 those terminals' own default; measure yours. NULL is ignored.
 */
KAIMEN_API
void kaimen_algorithm_preset_int8_512_1072(struct kaimen_algorithm *algorithm);

/*
 Fills a `kaimen_config` with the defaults. NULL is ignored.
 */
KAIMEN_API
void kaimen_config_init(struct kaimen_config *config);

/*
 The most memory that an engine of this configuration takes, in bytes, the
 peak while an answer is applied included. Takes none of it.

 `bytes`: written on success.
 Statuses: as `kaimen_engine_open`, without `KAIMEN_ERR_TOO_MANY_HANDLES` and
 `KAIMEN_ERR_MEMORY`.
 */
KAIMEN_API
kaimen_status kaimen_config_required_bytes(const struct kaimen_config *config,
                                           uint64_t *bytes,
                                           struct kaimen_detail *detail);

/*
 Fills a `kaimen_request_options` with the defaults. NULL is ignored.
 */
KAIMEN_API
void kaimen_request_options_init(struct kaimen_request_options *options);

/*
 Builds a `get_userinfo_by_ids` request. Duplicates in the list are asked for
 once; a list of more than 200 members becomes several parts.

 `members`, `count`: at least one; copied.
 `options`: NULL for the defaults.
 `prefix`: NUL-terminated; part number n (from 1) gets the `req_id`
 "prefix-n". Must be new for each request; "prefix-n" has at most 128 bytes.
 `request`: receives the handle on success.
 Statuses: `KAIMEN_OK`, `KAIMEN_ERR_NULL`, `KAIMEN_ERR_ARGUMENT` (empty list,
 a bad userid, a visitor or student in the old form; `detail.position` is the
 place in the list), `KAIMEN_ERR_STRUCT_SIZE`, `KAIMEN_ERR_UTF8`,
 `KAIMEN_ERR_TOO_MANY_HANDLES`.
 */
KAIMEN_API
kaimen_status kaimen_request_new(const struct kaimen_member_key *members,
                                 size_t count,
                                 const struct kaimen_request_options *options,
                                 const char *prefix,
                                 struct kaimen_request **request,
                                 struct kaimen_detail *detail);

/*
 How many parts a request has, at least 1.

 `parts`: written on success.
 Statuses: `KAIMEN_OK`, `KAIMEN_ERR_NULL`, `KAIMEN_ERR_HANDLE`.
 */
KAIMEN_API
kaimen_status kaimen_request_parts(const struct kaimen_request *request,
                                   size_t *parts,
                                   struct kaimen_detail *detail);

/*
 Writes one part as JSON, to be sent to the cloud.

 `part`: 0 to parts - 1.
 `buffer`, `capacity`: receives the text and a NUL; may be NULL with capacity
 0 to ask for the length.
 `needed`: receives the bytes that the text and its NUL take; written on
 success and on `KAIMEN_ERR_BUFFER`, when nothing else is written.
 Statuses: `KAIMEN_OK`, `KAIMEN_ERR_NULL`, `KAIMEN_ERR_HANDLE`,
 `KAIMEN_ERR_ARGUMENT` (no such part), `KAIMEN_ERR_BUFFER`.
 */
KAIMEN_API
kaimen_status kaimen_request_json(const struct kaimen_request *request,
                                  size_t part,
                                  char *buffer,
                                  size_t capacity,
                                  size_t *needed,
                                  struct kaimen_detail *detail);

/*
 Releases a request. NULL and handles that are not open are ignored.
 */
KAIMEN_API
void kaimen_request_free(struct kaimen_request *request);

/*
 Fills a `kaimen_report_summary` for use as a result. NULL is ignored.
 */
KAIMEN_API
void kaimen_report_summary_init(struct kaimen_report_summary *summary);

/*
 Fills a `kaimen_report_line` for use as a result. NULL is ignored.
 */
KAIMEN_API
void kaimen_report_line_init(struct kaimen_report_line *line);

/*
 The counts of a report.

 `summary`: initialised; written on success.
 Statuses: `KAIMEN_OK`, `KAIMEN_ERR_NULL`, `KAIMEN_ERR_HANDLE`,
 `KAIMEN_ERR_STRUCT_SIZE`.
 */
KAIMEN_API
kaimen_status kaimen_report_summary_get(const struct kaimen_report *report,
                                        struct kaimen_report_summary *summary,
                                        struct kaimen_detail *detail);

/*
 One line of a report, in the order of the answer; removed members last.

 `index`: 0 to `items` - 1 of the summary.
 `line`: initialised; written on success.
 Statuses: `KAIMEN_OK`, `KAIMEN_ERR_NULL`, `KAIMEN_ERR_HANDLE`,
 `KAIMEN_ERR_STRUCT_SIZE`, `KAIMEN_ERR_ARGUMENT` (no such line).
 */
KAIMEN_API
kaimen_status kaimen_report_line_get(const struct kaimen_report *report,
                                     size_t index,
                                     struct kaimen_report_line *line,
                                     struct kaimen_detail *detail);

/*
 Releases a report. NULL and handles that are not open are ignored.
 */
KAIMEN_API
void kaimen_report_free(struct kaimen_report *report);

/*
 Fills a `kaimen_stats` for use as a result. NULL is ignored.
 */
KAIMEN_API
void kaimen_stats_init(struct kaimen_stats *stats);

/*
 Fills a `kaimen_member` for use as a result. NULL is ignored.
 */
KAIMEN_API
void kaimen_member_init(struct kaimen_member *member);

/*
 Opens an engine with an empty gallery, in memory.

 `config`: copied; nothing that it points to has to outlive the call, but the `compare` and `user`
 of opaque algorithms, which the engine keeps.
 `engine`: receives the handle on success.
 Statuses: `KAIMEN_OK`, `KAIMEN_ERR_NULL`, `KAIMEN_ERR_STRUCT_SIZE`,
 `KAIMEN_ERR_ARGUMENT` (`detail.field` names what is out of range),
 `KAIMEN_ERR_UTF8`, `KAIMEN_ERR_ZONE`, `KAIMEN_ERR_TOO_MANY_HANDLES`, `KAIMEN_ERR_MEMORY` (it
 needs more than `ulimit -v`, the control group or the system leaves the process now),
 `KAIMEN_ERR_ABSENT` (an algorithm of minutiae, in a build without them).
 */
KAIMEN_API
kaimen_status kaimen_engine_open(const struct kaimen_config *config,
                                 struct kaimen_engine **engine,
                                 struct kaimen_detail *detail);

/*
 Closes an engine. Calls in flight in other threads go on, with `compare` where they need it; its
 memory is overwritten and released with the last of them. NULL and handles that
 are not open are ignored, so closing twice does no harm.
 */
KAIMEN_API
void kaimen_engine_close(struct kaimen_engine *engine);

/*
 Applies a `get_userinfo_by_ids` answer: all of it, or nothing. Whatever is
 wrong with single members, rules and templates is in the report, and costs
 nobody else anything. Identification goes on meanwhile, with the gallery as
 it was before; further syncs wait.

 `request`, `part`: the part that this answers. Its `req_id` is compared, and
 members that were asked for and left out are removed. NULL (and 0) for an
 answer without its request: then nobody is removed.
 `json`, `size`: the answer; read during the call only.
 `report`: receives a report's handle on success; NULL if not wanted.
 Statuses: `KAIMEN_OK`, `KAIMEN_ERR_NULL`, `KAIMEN_ERR_HANDLE`,
 `KAIMEN_ERR_ARGUMENT` (no such part), `KAIMEN_ERR_JSON_SYNTAX`,
 `KAIMEN_ERR_JSON_SHAPE`, `KAIMEN_ERR_JSON_SIZE`, `KAIMEN_ERR_JSON_DEPTH`,
 `KAIMEN_ERR_CLOUD`, `KAIMEN_ERR_REQ_ID`, `KAIMEN_ERR_TOO_MANY_HANDLES`,
 `KAIMEN_ERR_IMPORT_OPEN`, `KAIMEN_ERR_POISONED`; with a store also `KAIMEN_ERR_STORE_NONE` (it
 was wiped), `KAIMEN_ERR_STORE_FULL`, `KAIMEN_ERR_STORE_READ_ONLY`, `KAIMEN_ERR_STORE_IO`,
 `KAIMEN_ERR_STORE_DAMAGED`:
 nothing was changed then, and the gallery goes on as it is.
 */
KAIMEN_API
kaimen_status kaimen_engine_sync(struct kaimen_engine *engine,
                                 const struct kaimen_request *request,
                                 size_t part,
                                 const char *json,
                                 size_t size,
                                 struct kaimen_report **report,
                                 struct kaimen_detail *detail);

/*
 Removes one member, templates and all (`delete_user`).

 Statuses: `KAIMEN_OK`, `KAIMEN_ERR_NULL`, `KAIMEN_ERR_HANDLE`,
 `KAIMEN_ERR_ARGUMENT`, `KAIMEN_ERR_UTF8`, `KAIMEN_ERR_MEMBER` (there is no
 such member), `KAIMEN_ERR_POISONED`; with a store as `kaimen_engine_sync`.
 */
KAIMEN_API
kaimen_status kaimen_engine_member_remove(struct kaimen_engine *engine,
                                          const char *userid,
                                          uint32_t user_type,
                                          struct kaimen_detail *detail);

/*
 What the engine knows about one member; never a template.

 `member`: initialised; written on success.
 Statuses: `KAIMEN_OK`, `KAIMEN_ERR_NULL`, `KAIMEN_ERR_HANDLE`,
 `KAIMEN_ERR_STRUCT_SIZE`, `KAIMEN_ERR_ARGUMENT`, `KAIMEN_ERR_UTF8`,
 `KAIMEN_ERR_MEMBER`.
 */
KAIMEN_API
kaimen_status kaimen_engine_member_get(const struct kaimen_engine *engine,
                                       const char *userid,
                                       uint32_t user_type,
                                       struct kaimen_member *member,
                                       struct kaimen_detail *detail);

/*
 How full the engine is. Walks over all members: not for every frame.

 `stats`: initialised; written on success.
 Statuses: `KAIMEN_OK`, `KAIMEN_ERR_NULL`, `KAIMEN_ERR_HANDLE`,
 `KAIMEN_ERR_STRUCT_SIZE`.
 */
KAIMEN_API
kaimen_status kaimen_engine_stats(const struct kaimen_engine *engine,
                                  struct kaimen_stats *stats,
                                  struct kaimen_detail *detail);

/*
 Removes every member and template, from the store too, and forgets an open import. Memory is
 overwritten as soon as the last identification in flight is done with it. The event log
 stays; `kaimen_engine_wipe` leaves nothing.

 Statuses: `KAIMEN_OK`, `KAIMEN_ERR_NULL`, `KAIMEN_ERR_HANDLE`,
 `KAIMEN_ERR_POISONED`; with a store as `kaimen_engine_sync`.
 */
KAIMEN_API
kaimen_status kaimen_engine_clear(struct kaimen_engine *engine,
                                  struct kaimen_detail *detail);

/*
 How many handles of all kinds are open: engines, requests and reports. 0
 after a program has released everything.
 */
KAIMEN_API
size_t kaimen_live_handles(void);

/*
 Fills a `kaimen_page` for use as a result. NULL is ignored.
 */
KAIMEN_API
void kaimen_page_init(struct kaimen_page *page);

/*
 Begins an import of the whole list, page by page. Until it is committed the gallery serves as
 it is, and `kaimen_engine_sync` is refused; `kaimen_engine_member_remove` is applied at once, and
 to the import as well. What is not committed leaves nothing behind, a power cut included.

 Whoever leaves counts against the limits of the configuration until the commit.

 `scope`: `KAIMEN_IMPORT_…`.
 Statuses: `KAIMEN_OK`, `KAIMEN_ERR_NULL`, `KAIMEN_ERR_HANDLE`, `KAIMEN_ERR_ARGUMENT`,
 `KAIMEN_ERR_IMPORT_OPEN`, `KAIMEN_ERR_POISONED`.
 */
KAIMEN_API
kaimen_status kaimen_engine_import_begin(struct kaimen_engine *engine,
                                         uint32_t scope,
                                         struct kaimen_detail *detail);

/*
 Adds a page: all of it, or nothing. Whatever is wrong with single members, rules and templates
 is in the report. A page that is refused may come again.

 `json`, `size`: the answer; read during the call only.
 `page`: initialised; written on success. NULL if not wanted.
 `report`: receives a report's handle on success; NULL if not wanted.
 Statuses: as `kaimen_engine_sync` without those of requests, and `KAIMEN_ERR_NO_IMPORT`,
 `KAIMEN_ERR_PAGE_VERSION` (the list has changed since the first page: abort, begin anew).
 */
KAIMEN_API
kaimen_status kaimen_engine_import_page(struct kaimen_engine *engine,
                                        const char *json,
                                        size_t size,
                                        struct kaimen_page *page,
                                        struct kaimen_report **report,
                                        struct kaimen_detail *detail);

/*
 Commits an import: whoever its pages have not named leaves, the result is made durable where there is
 a store, and published. If a page had a record without a readable userid, who is not named might be
 meant, and nobody leaves. The pages' version becomes the gallery's (`kaimen_engine_versions`).

 `report`: receives a report's handle on success, with a line for each who left; NULL if not wanted.
 Statuses: `KAIMEN_OK`, `KAIMEN_ERR_NULL`, `KAIMEN_ERR_HANDLE`, `KAIMEN_ERR_NO_IMPORT`,
 `KAIMEN_ERR_TOO_MANY_HANDLES`, `KAIMEN_ERR_STORE_FULL`, `KAIMEN_ERR_STORE_READ_ONLY`, `KAIMEN_ERR_STORE_IO`,
 `KAIMEN_ERR_STORE_DAMAGED` (nothing was published, and the import is still
 open: commit it again when the reason is gone), `KAIMEN_ERR_POISONED`.
 */
KAIMEN_API
kaimen_status kaimen_engine_import_commit(struct kaimen_engine *engine,
                                          struct kaimen_report **report,
                                          struct kaimen_detail *detail);

/*
 Forgets an open import; the gallery stays as it is. Without one nothing happens.

 Statuses: `KAIMEN_OK`, `KAIMEN_ERR_NULL`, `KAIMEN_ERR_HANDLE`, `KAIMEN_ERR_POISONED`.
 */
KAIMEN_API
kaimen_status kaimen_engine_import_abort(struct kaimen_engine *engine,
                                         struct kaimen_detail *detail);

/*
 Fills a `kaimen_store_config` with the defaults. NULL is ignored.
 */
KAIMEN_API
void kaimen_store_config_init(struct kaimen_store_config *config);

/*
 Fills a `kaimen_wiped` for use as a result. NULL is ignored.
 */
KAIMEN_API
void kaimen_wiped_init(struct kaimen_wiped *wiped);

/*
 Opens an engine on its durable copy, with the gallery as of the last whole commit. From then
 on every commit (sync, removal, import, clear, versions) is in the file before it is visible;
 one that the file does not take fails, and changes nothing.

 Everything in the file that tells anything of a person is sealed (XChaCha20-Poly1305); somebody
 who has the file without the key learns the number of members and events and the sizes of their records. Single
 records cannot be exchanged, moved to another store or put back in an older state unnoticed. The
 whole file put back in an older state is not noticed: no file can know.

 `config`: as `kaimen_engine_open`. Templates of algorithms that are configured differently
 now are not searchable any more; the report asks for them.
 `store`: where, and under which key.
 `engine`: receives the handle on success.
 `report`: receives a report's handle on success; NULL if not wanted. Has a line for
 each member who was lost or cannot be trusted (`KAIMEN_ITEM_MEMBER_DAMAGED`, ask for them again; without a userid: for everybody),
 does not fit the limits, or whose templates are wanted.
 Statuses: as `kaimen_engine_open`, and `KAIMEN_ERR_ABSENT` (this build has no store; no key was
 asked for), `KAIMEN_ERR_CANCELLED`,
 `KAIMEN_ERR_STORE_FORMAT` (the file is something else), `KAIMEN_ERR_STORE_NEWER`,
 `KAIMEN_ERR_STORE_KEY` (wrong key; the file is untouched), `KAIMEN_ERR_STORE_LOCKED` (open
 already, here or in another process), `KAIMEN_ERR_STORE_READ_ONLY`, `KAIMEN_ERR_STORE_FULL`,
 `KAIMEN_ERR_STORE_DAMAGED` (beyond single records: remove the file and import everything), `KAIMEN_ERR_STORE_IO`.
 */
KAIMEN_API
kaimen_status kaimen_engine_open_stored(const struct kaimen_config *config,
                                        const struct kaimen_store_config *store,
                                        struct kaimen_engine **engine,
                                        struct kaimen_report **report,
                                        struct kaimen_detail *detail);

/*
 Seals the store anew under another key. When it returns, only the new key opens it. The call may
 be interrupted at any point, by a power cut too: afterwards either the old key opens the
 store, and nothing has happened, or the new one does, and opening finishes the work. Identification
 goes on meanwhile; commits and events wait.

 `key`: `KAIMEN_STORE_KEY_BYTES` bytes.
 Statuses: `KAIMEN_OK`, `KAIMEN_ERR_NULL`, `KAIMEN_ERR_HANDLE`, `KAIMEN_ERR_STORE_NONE` or
 `KAIMEN_ERR_ABSENT`, `KAIMEN_ERR_STORE_FULL`, `KAIMEN_ERR_STORE_READ_ONLY`, `KAIMEN_ERR_STORE_IO`,
 `KAIMEN_ERR_STORE_DAMAGED`, `KAIMEN_ERR_POISONED`.
 */
KAIMEN_API
kaimen_status kaimen_engine_rotate_key(struct kaimen_engine *engine,
                                       const uint8_t *key,
                                       struct kaimen_detail *detail);

/*
 Erases everything, as after `push_unbind_corp`: the gallery in memory, then the store: first its
 sealed key, then the whole file. The engine goes on with an empty gallery and refuses what would write; close it.
 Flash memory keeps old copies where no program reaches them: destroy the key in the secure element, too.

 `wiped`: initialised; written if the status is `KAIMEN_OK`, and says what could not be erased.
 Statuses: `KAIMEN_OK`, `KAIMEN_ERR_NULL`, `KAIMEN_ERR_HANDLE`, `KAIMEN_ERR_STRUCT_SIZE`,
 `KAIMEN_ERR_STORE_NONE` or `KAIMEN_ERR_ABSENT` (memory is erased all the same), `KAIMEN_ERR_STORE_FULL`, `KAIMEN_ERR_STORE_READ_ONLY`, `KAIMEN_ERR_STORE_IO`,
 `KAIMEN_ERR_STORE_DAMAGED`.
 */
KAIMEN_API
kaimen_status kaimen_engine_wipe(struct kaimen_engine *engine,
                                 struct kaimen_wiped *wiped,
                                 struct kaimen_detail *detail);

/*
 The versions of the cloud's lists up to which the gallery was brought, as
 `kaimen_engine_set_versions` or an import left them.

 `perm_version`: of staff and students; 0 if none is known. NULL if not wanted.
 `visitor_version`: of visitors; likewise.
 Statuses: `KAIMEN_OK`, `KAIMEN_ERR_NULL`, `KAIMEN_ERR_HANDLE`.
 */
KAIMEN_API
kaimen_status kaimen_engine_versions(const struct kaimen_engine *engine,
                                     uint64_t *perm_version,
                                     uint64_t *visitor_version,
                                     struct kaimen_detail *detail);

/*
 Remembers the versions of the cloud's lists, durably where there is a store: call it after
 the changes up to them were applied. 0 forgets one.

 Statuses: `KAIMEN_OK`, `KAIMEN_ERR_NULL`, `KAIMEN_ERR_HANDLE`, `KAIMEN_ERR_IMPORT_OPEN`,
 `KAIMEN_ERR_STORE_FULL`, `KAIMEN_ERR_STORE_READ_ONLY`, `KAIMEN_ERR_STORE_IO`,
 `KAIMEN_ERR_STORE_DAMAGED`, `KAIMEN_ERR_POISONED`.
 */
KAIMEN_API
kaimen_status kaimen_engine_set_versions(struct kaimen_engine *engine,
                                         uint64_t perm_version,
                                         uint64_t visitor_version,
                                         struct kaimen_detail *detail);

/*
 Fills a `kaimen_probe` with the defaults. NULL is ignored.
 */
KAIMEN_API
void kaimen_probe_init(struct kaimen_probe *probe);

/*
 Fills a `kaimen_decision` for use as a result. NULL is ignored.
 */
KAIMEN_API
void kaimen_decision_init(struct kaimen_decision *decision);

/*
 Fills a `kaimen_candidate` for use as a result. NULL is ignored.
 */
KAIMEN_API
void kaimen_candidate_init(struct kaimen_candidate *candidate);

/*
 Fills a `kaimen_access` for use as a result. NULL is ignored.
 */
KAIMEN_API
void kaimen_access_init(struct kaimen_access *access);

/*
 Finds out who the probe belongs to among all members (1:N), then asks the
 pass rules of that one member. Waits for nobody; allocates nothing (the
 first call of a thread may set up that thread's place in the engine). Of an opaque
 algorithm it takes what `compare` takes.

 Nobody found and denied are decisions with `KAIMEN_OK`. Open the door
 if, and only if, this returns `KAIMEN_OK` and `decision->verdict` is
 `KAIMEN_VERDICT_PASS`.

 `now`: Unix seconds, from the reader's own clock.
 `decision`: initialised; written on success. On failure its `verdict` is
 set to 0, so that an old decision cannot open the door.
 Statuses: `KAIMEN_OK`, `KAIMEN_ERR_NULL`, `KAIMEN_ERR_HANDLE`,
 `KAIMEN_ERR_STRUCT_SIZE`, `KAIMEN_ERR_ARGUMENT`, `KAIMEN_ERR_UTF8`,
 `KAIMEN_ERR_ALGORITHM`, `KAIMEN_ERR_LENGTH`, `KAIMEN_ERR_NOT_FINITE`,
 `KAIMEN_ERR_ZERO_NORM`; of opaque algorithms `KAIMEN_ERR_TEMPLATE_SIZE`, `KAIMEN_ERR_MATCHER`,
 `KAIMEN_ERR_DEADLINE`.
 */
KAIMEN_API
kaimen_status kaimen_engine_identify_face(const struct kaimen_engine *engine,
                                          const struct kaimen_probe *probe,
                                          int64_t now,
                                          struct kaimen_decision *decision,
                                          struct kaimen_detail *detail);

/*
 Compares the probe with one member's face templates (1:1, for example after a
 card or a code named the member), then asks that member's pass rules.

 `userid`, `user_type`: the member.
 `now`, `decision`: as in `kaimen_engine_identify_face`; there is no margin.
 Statuses: as there, and `KAIMEN_ERR_MEMBER` (no such member),
 `KAIMEN_ERR_NO_TEMPLATE` (nothing to compare with).
 */
KAIMEN_API
kaimen_status kaimen_engine_verify_face(const struct kaimen_engine *engine,
                                        const struct kaimen_probe *probe,
                                        const char *userid,
                                        uint32_t user_type,
                                        int64_t now,
                                        struct kaimen_decision *decision,
                                        struct kaimen_detail *detail);

/*
 The best members for a probe, best first, each with its best slot. No rules
 are asked and no door may be opened on it: it is for screens, enrolment
 checks and measurements. Equal scores are ordered by userid.

 `floor`: lowest score that is reported.
 `candidates`, `capacity`: an array of 1 to `KAIMEN_CANDIDATES` elements; its
 first element must be initialised, all that are used are written whole.
 `count`: receives how many were written; 0 is an answer, not an error.
 Statuses: as `kaimen_engine_identify_face`.
 */
KAIMEN_API
kaimen_status kaimen_engine_search_face(const struct kaimen_engine *engine,
                                        const struct kaimen_probe *probe,
                                        int32_t floor,
                                        struct kaimen_candidate *candidates,
                                        size_t capacity,
                                        size_t *count,
                                        struct kaimen_detail *detail);

/*
 Finds out whose finger the probe is among all members (1:N), then asks the
 pass rules of that one member. Waits for nobody; works on the heap for minutiae, with
 8 bytes a template, 20 KB a search thread and 5 KB a view of the probe.

 A probe of minutiae is a whole record, `KAIMEN_PROBE_TEMPLATE`, in the algorithm's format;
 all its views are tried, the best one counts.

 Nobody found and denied are decisions with `KAIMEN_OK`. Open the door
 if, and only if, this returns `KAIMEN_OK` and `decision->verdict` is
 `KAIMEN_VERDICT_PASS`.

 `now`: Unix seconds, from the reader's own clock.
 `decision`: initialised; written on success. On failure its `verdict` is
 set to 0, so that an old decision cannot open the door.
 Statuses: `KAIMEN_OK`, `KAIMEN_ERR_NULL`, `KAIMEN_ERR_HANDLE`,
 `KAIMEN_ERR_STRUCT_SIZE`, `KAIMEN_ERR_ARGUMENT`, `KAIMEN_ERR_UTF8`,
 `KAIMEN_ERR_ALGORITHM`, `KAIMEN_ERR_LENGTH`, `KAIMEN_ERR_NOT_FINITE`,
 `KAIMEN_ERR_ZERO_NORM`, `KAIMEN_ERR_MINUTIAE`; of opaque algorithms `KAIMEN_ERR_TEMPLATE_SIZE`,
 `KAIMEN_ERR_MATCHER`, `KAIMEN_ERR_DEADLINE`; `KAIMEN_ERR_ABSENT` (no algorithm of fingers is configured, and
 this build has none for minutiae).
 */
KAIMEN_API
kaimen_status kaimen_engine_identify_finger(const struct kaimen_engine *engine,
                                            const struct kaimen_probe *probe,
                                            int64_t now,
                                            struct kaimen_decision *decision,
                                            struct kaimen_detail *detail);

/*
 Compares the probe with one member's finger templates (1:1, for example after a
 card or a code named the member), then asks that member's pass rules.

 `userid`, `user_type`: the member.
 `now`, `decision`: as in `kaimen_engine_identify_finger`; there is no margin.
 Statuses: as there, and `KAIMEN_ERR_MEMBER` (no such member),
 `KAIMEN_ERR_NO_TEMPLATE` (nothing to compare with).
 */
KAIMEN_API
kaimen_status kaimen_engine_verify_finger(const struct kaimen_engine *engine,
                                          const struct kaimen_probe *probe,
                                          const char *userid,
                                          uint32_t user_type,
                                          int64_t now,
                                          struct kaimen_decision *decision,
                                          struct kaimen_detail *detail);

/*
 The best members for a finger, best first, each with its best slot. No rules
 are asked and no door may be opened on it: it is for screens, enrolment
 checks and measurements. Equal scores are ordered by userid.

 `floor`: lowest score that is reported.
 `candidates`, `capacity`: an array of 1 to `KAIMEN_CANDIDATES` elements; its
 first element must be initialised, all that are used are written whole.
 `count`: receives how many were written; 0 is an answer, not an error.
 Statuses: as `kaimen_engine_identify_finger`.
 */
KAIMEN_API
kaimen_status kaimen_engine_search_finger(const struct kaimen_engine *engine,
                                          const struct kaimen_probe *probe,
                                          int32_t floor,
                                          struct kaimen_candidate *candidates,
                                          size_t capacity,
                                          size_t *count,
                                          struct kaimen_detail *detail);

/*
 What a member's rules say, and until when: for a reader's screen, or for a
 door that is opened by a card.

 `now`: Unix seconds.
 `access`: initialised; written on success. On failure its `verdict` is set
 to 0.
 Statuses: `KAIMEN_OK`, `KAIMEN_ERR_NULL`, `KAIMEN_ERR_HANDLE`,
 `KAIMEN_ERR_STRUCT_SIZE`, `KAIMEN_ERR_ARGUMENT`, `KAIMEN_ERR_UTF8`,
 `KAIMEN_ERR_MEMBER`.
 */
KAIMEN_API
kaimen_status kaimen_engine_member_access(const struct kaimen_engine *engine,
                                          const char *userid,
                                          uint32_t user_type,
                                          int64_t now,
                                          struct kaimen_access *access,
                                          struct kaimen_detail *detail);

/*
 Fills a `kaimen_event` with blanks. NULL is ignored.
 */
KAIMEN_API
void kaimen_event_init(struct kaimen_event *event);

/*
 Fills a `kaimen_event_stats` for use as a result. NULL is ignored.
 */
KAIMEN_API
void kaimen_event_stats_init(struct kaimen_event_stats *stats);

/*
 Fills an event with what a decision knows: member, time, method by modality, verdict, reason,
 score and slot. `pass_type` stays `KAIMEN_PASS_UNKNOWN`: the door knows it.

 `decision`: initialised.
 `event`: initialised; written on success.
 Statuses: `KAIMEN_OK`, `KAIMEN_ERR_NULL`, `KAIMEN_ERR_STRUCT_SIZE`.
 */
KAIMEN_API
kaimen_status kaimen_event_of(const struct kaimen_decision *decision,
                              struct kaimen_event *event,
                              struct kaimen_detail *detail);

/*
 Appends an event to the log: it is durable when the call returns. Waits for a commit that is
 being written, and for the file; call it when the door is open already. Which events are to be reported is
 the caller's to say. In a full log the oldest event makes room and is counted.

 `event`: initialised; `sequence` and `damaged` are not read.
 `sequence`: receives the event's number; NULL if not wanted.
 Statuses: `KAIMEN_OK`, `KAIMEN_ERR_NULL`, `KAIMEN_ERR_HANDLE`, `KAIMEN_ERR_STRUCT_SIZE`,
 `KAIMEN_ERR_ARGUMENT`, `KAIMEN_ERR_UTF8`, `KAIMEN_ERR_STORE_NONE` (`KAIMEN_ERR_ABSENT` in a
 build without the store), `KAIMEN_ERR_STORE_NO_EVENTS`,
 `KAIMEN_ERR_STORE_FULL`, `KAIMEN_ERR_STORE_READ_ONLY`, `KAIMEN_ERR_STORE_IO`,
 `KAIMEN_ERR_STORE_DAMAGED`.
 */
KAIMEN_API
kaimen_status kaimen_engine_event_append(struct kaimen_engine *engine,
                                         const struct kaimen_event *event,
                                         uint64_t *sequence,
                                         struct kaimen_detail *detail);

/*
 The oldest events of the log behind a number. They stay until they are acknowledged.

 `after`: events with greater numbers are given; 0 to begin with the oldest.
 `events`, `capacity`: an array of 1 to `KAIMEN_EVENTS` elements; its first element must be
 initialised, all that are used are written whole.
 `count`: receives how many were written.
 Statuses: `KAIMEN_OK`, `KAIMEN_ERR_NULL`, `KAIMEN_ERR_HANDLE`, `KAIMEN_ERR_STRUCT_SIZE`,
 `KAIMEN_ERR_ARGUMENT`, `KAIMEN_ERR_STORE_NONE` or `KAIMEN_ERR_ABSENT`, `KAIMEN_ERR_STORE_FULL`, `KAIMEN_ERR_STORE_READ_ONLY`, `KAIMEN_ERR_STORE_IO`,
 `KAIMEN_ERR_STORE_DAMAGED`.
 */
KAIMEN_API
kaimen_status kaimen_engine_events(const struct kaimen_engine *engine,
                                   uint64_t after,
                                   struct kaimen_event *events,
                                   size_t capacity,
                                   size_t *count,
                                   struct kaimen_detail *detail);

/*
 Forgets the events up to and with a number, because the cloud has them. Durable when the call
 returns; numbers that are forgotten already, or were never given, do no harm.

 `removed`: receives how many were forgotten; NULL if not wanted.
 Statuses: `KAIMEN_OK`, `KAIMEN_ERR_NULL`, `KAIMEN_ERR_HANDLE`, `KAIMEN_ERR_STORE_NONE` or
 `KAIMEN_ERR_ABSENT`, `KAIMEN_ERR_STORE_FULL`, `KAIMEN_ERR_STORE_READ_ONLY`, `KAIMEN_ERR_STORE_IO`,
 `KAIMEN_ERR_STORE_DAMAGED`.
 */
KAIMEN_API
kaimen_status kaimen_engine_events_acknowledge(struct kaimen_engine *engine,
                                               uint64_t up_to,
                                               uint64_t *removed,
                                               struct kaimen_detail *detail);

/*
 The event log in numbers.

 `stats`: initialised; written on success.
 Statuses: `KAIMEN_OK`, `KAIMEN_ERR_NULL`, `KAIMEN_ERR_HANDLE`, `KAIMEN_ERR_STRUCT_SIZE`,
 `KAIMEN_ERR_STORE_NONE` or `KAIMEN_ERR_ABSENT`.
 */
KAIMEN_API
kaimen_status kaimen_engine_event_stats(const struct kaimen_engine *engine,
                                        struct kaimen_event_stats *stats,
                                        struct kaimen_detail *detail);

/*
 Fills a `kaimen_pair` with blanks. NULL is ignored.
 */
KAIMEN_API
void kaimen_pair_init(struct kaimen_pair *pair);

/*
 `kaimen_engine_identify_face` for several probes, all on the same state of the
 gallery, which is read once for up to 16 of them: what a camera sees in one
 picture, or an audit. Each decision is the one that its probe alone would get.
 Waits for nobody; takes memory for the prepared probes (at most 24 KiB each).

 `probes`, `count`: an array of 1 to `KAIMEN_PROBES` initialised elements of one
 `struct_size`.
 Probes of opaque algorithms are compared one after another, each with its own `deadline_ms`.

 `now`: Unix seconds, from the reader's own clock.
 `decisions`: an array of `count` elements, its first one initialised; all are
 written whole. On failure every verdict is 0 (of the first `KAIMEN_PROBES`).
 Statuses: as `kaimen_engine_identify_face`; the detail's `position` is the
 probe's place. One probe that cannot be used or compared fails the call.
 */
KAIMEN_API
kaimen_status kaimen_engine_identify_faces(const struct kaimen_engine *engine,
                                           const struct kaimen_probe *probes,
                                           size_t count,
                                           int64_t now,
                                           struct kaimen_decision *decisions,
                                           struct kaimen_detail *detail);

/*
 Finds all pairs of templates of different members that score at least
 `threshold`: persons who are enrolled twice, or look-alikes whom the margin will
 call ambiguous. One state of the gallery is searched; identification and sync go on
 beside it. Takes memory: some 200 KiB. The time grows with the square of the gallery.

 Of opaque templates one is the probe of `compare` and the other is not, as they happen to lie;
 `deadline_ms` does not count, a callback may end the search.

 `algorithm`: its name, NUL-terminated; NULL is the first one for faces.
 `threshold`: 1 to `KAIMEN_SCORE_ONE`; for opaque templates any score.
 `found`: called with each pair once, in no particular order. Not NULL.
 `progress`: called after every few templates; NULL if not wanted.
 `user`: handed to both.
 Statuses: `KAIMEN_OK`, `KAIMEN_ERR_NULL`, `KAIMEN_ERR_HANDLE`,
 `KAIMEN_ERR_ARGUMENT`, `KAIMEN_ERR_UTF8`, `KAIMEN_ERR_ALGORITHM`,
 `KAIMEN_ERR_CANCELLED` (a callback ended it), `KAIMEN_ERR_MATCHER`.
 */
KAIMEN_API
kaimen_status kaimen_engine_duplicates(const struct kaimen_engine *engine,
                                       const char *algorithm,
                                       int32_t threshold,
                                       kaimen_pair_fn found,
                                       kaimen_progress_fn progress,
                                       void *user,
                                       struct kaimen_detail *detail);

/*
 Writes a minutiae record in another format: a template of the bank, a card or another
 reader for this one, or the other way round. Every minutia, view, angle and quality that
 the other format can hold is kept, angles and lengths rounded to its units; what it cannot hold
 is an error, except data beyond minutiae (ridge counts, cores, zones), which is left out.

 `from`: `KAIMEN_FORMAT_MINUTIAE` (told by the bytes) or one of the formats; a card must be told.
 `record`, `size`: the record, 1 to 4194304 bytes.
 `to`: one of the formats.
 `resolution`: pixels per centimetre of an xyt text, and of what is made of a card,
 99 to 1000; 0 means 197 (500 dpi). Not used where a record states its own.
 `buffer`, `capacity`: receives the record; may be NULL with capacity 0 to ask for the
 size. Holds personal data: erase it when it is no longer used.
 `needed`: receives the bytes that the record takes; written on success and on
 `KAIMEN_ERR_BUFFER`, when nothing else is written.
 Statuses: `KAIMEN_OK`, `KAIMEN_ERR_NULL`, `KAIMEN_ERR_ARGUMENT`, `KAIMEN_ERR_BUFFER`,
 `KAIMEN_ERR_MINUTIAE` (not such a record, or more than the other format can hold; the detail says
 what and where), `KAIMEN_ERR_ABSENT` (this build leaves minutiae out).
 */
KAIMEN_API
kaimen_status kaimen_minutiae_convert(uint32_t from,
                                      const void *record,
                                      size_t size,
                                      uint32_t to,
                                      uint32_t resolution,
                                      void *buffer,
                                      size_t capacity,
                                      size_t *needed,
                                      struct kaimen_detail *detail);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* KAIMEN_H */
