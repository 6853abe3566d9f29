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
