/* Generated from src/ffi/layout.rs by the test `layout`; run `make header`. */
#include "kaimen.h"

#if UINTPTR_MAX == UINT64_MAX
#define NUMBER(wide, narrow) (wide)
#else
#define NUMBER(wide, narrow) (narrow)
#endif
#define SIZE(type, wide, narrow) \
    _Static_assert(sizeof(type) == NUMBER(wide, narrow), "size of " #type)
#define OFFSET(type, field, wide, narrow) \
    _Static_assert(offsetof(type, field) == NUMBER(wide, narrow), #type "." #field)
#define FIELD(type, field) sizeof(((type *)0)->field)

SIZE(kaimen_detail, 352, 352);
OFFSET(kaimen_detail, struct_size, 0, 0);
OFFSET(kaimen_detail, status, 4, 4);
OFFSET(kaimen_detail, position, 8, 8);
OFFSET(kaimen_detail, matcher_status, 12, 12);
OFFSET(kaimen_detail, reserved, 16, 16);
OFFSET(kaimen_detail, field, 32, 32);
OFFSET(kaimen_detail, message, 96, 96);
_Static_assert(sizeof(kaimen_detail) ==
                   FIELD(kaimen_detail, struct_size) +
                   FIELD(kaimen_detail, status) +
                   FIELD(kaimen_detail, position) +
                   FIELD(kaimen_detail, matcher_status) +
                   FIELD(kaimen_detail, reserved) +
                   FIELD(kaimen_detail, field) +
                   FIELD(kaimen_detail, message),
               "no padding, no other field in kaimen_detail");

SIZE(kaimen_build_info, 128, 128);
OFFSET(kaimen_build_info, struct_size, 0, 0);
OFFSET(kaimen_build_info, abi_version, 4, 4);
OFFSET(kaimen_build_info, template_format, 8, 8);
OFFSET(kaimen_build_info, pointer_bits, 12, 12);
OFFSET(kaimen_build_info, debug, 16, 16);
OFFSET(kaimen_build_info, reserved, 20, 20);
OFFSET(kaimen_build_info, version, 32, 32);
OFFSET(kaimen_build_info, target, 64, 64);
OFFSET(kaimen_build_info, tier, 96, 96);
_Static_assert(sizeof(kaimen_build_info) ==
                   FIELD(kaimen_build_info, struct_size) +
                   FIELD(kaimen_build_info, abi_version) +
                   FIELD(kaimen_build_info, template_format) +
                   FIELD(kaimen_build_info, pointer_bits) +
                   FIELD(kaimen_build_info, debug) +
                   FIELD(kaimen_build_info, reserved) +
                   FIELD(kaimen_build_info, version) +
                   FIELD(kaimen_build_info, target) +
                   FIELD(kaimen_build_info, tier),
               "no padding, no other field in kaimen_build_info");

SIZE(kaimen_algorithm, 160, 148);
OFFSET(kaimen_algorithm, struct_size, 0, 0);
OFFSET(kaimen_algorithm, modality, 4, 4);
OFFSET(kaimen_algorithm, element, 8, 8);
OFFSET(kaimen_algorithm, dimension, 12, 12);
OFFSET(kaimen_algorithm, header_bytes, 16, 16);
OFFSET(kaimen_algorithm, expected_bytes, 20, 20);
OFFSET(kaimen_algorithm, scale, 24, 24);
OFFSET(kaimen_algorithm, threshold, 28, 28);
OFFSET(kaimen_algorithm, margin, 32, 32);
OFFSET(kaimen_algorithm, floor, 36, 36);
OFFSET(kaimen_algorithm, search, 40, 40);
OFFSET(kaimen_algorithm, format, 44, 44);
OFFSET(kaimen_algorithm, deadline_ms, 48, 48);
OFFSET(kaimen_algorithm, reserved, 52, 52);
OFFSET(kaimen_algorithm, name, 64, 64);
OFFSET(kaimen_algorithm, compare, 136, 136);
OFFSET(kaimen_algorithm, user, 144, 140);
OFFSET(kaimen_algorithm, reserved_size, 152, 144);
_Static_assert(sizeof(kaimen_algorithm) ==
                   FIELD(kaimen_algorithm, struct_size) +
                   FIELD(kaimen_algorithm, modality) +
                   FIELD(kaimen_algorithm, element) +
                   FIELD(kaimen_algorithm, dimension) +
                   FIELD(kaimen_algorithm, header_bytes) +
                   FIELD(kaimen_algorithm, expected_bytes) +
                   FIELD(kaimen_algorithm, scale) +
                   FIELD(kaimen_algorithm, threshold) +
                   FIELD(kaimen_algorithm, margin) +
                   FIELD(kaimen_algorithm, floor) +
                   FIELD(kaimen_algorithm, search) +
                   FIELD(kaimen_algorithm, format) +
                   FIELD(kaimen_algorithm, deadline_ms) +
                   FIELD(kaimen_algorithm, reserved) +
                   FIELD(kaimen_algorithm, name) +
                   FIELD(kaimen_algorithm, compare) +
                   FIELD(kaimen_algorithm, user) +
                   FIELD(kaimen_algorithm, reserved_size),
               "no padding, no other field in kaimen_algorithm");

SIZE(kaimen_config, 104, 88);
OFFSET(kaimen_config, struct_size, 0, 0);
OFFSET(kaimen_config, student_default_pass, 4, 4);
OFFSET(kaimen_config, max_json_bytes, 8, 8);
OFFSET(kaimen_config, max_record_bytes, 16, 16);
OFFSET(kaimen_config, max_opaque_bytes, 24, 24);
OFFSET(kaimen_config, max_members, 32, 32);
OFFSET(kaimen_config, max_face_templates, 36, 36);
OFFSET(kaimen_config, max_template_bytes, 40, 40);
OFFSET(kaimen_config, threads, 44, 44);
OFFSET(kaimen_config, max_finger_templates, 48, 48);
OFFSET(kaimen_config, reserved, 52, 52);
OFFSET(kaimen_config, zone, 72, 72);
OFFSET(kaimen_config, algorithms, 80, 76);
OFFSET(kaimen_config, algorithm_count, 88, 80);
OFFSET(kaimen_config, reserved_size, 96, 84);
_Static_assert(sizeof(kaimen_config) ==
                   FIELD(kaimen_config, struct_size) +
                   FIELD(kaimen_config, student_default_pass) +
                   FIELD(kaimen_config, max_json_bytes) +
                   FIELD(kaimen_config, max_record_bytes) +
                   FIELD(kaimen_config, max_opaque_bytes) +
                   FIELD(kaimen_config, max_members) +
                   FIELD(kaimen_config, max_face_templates) +
                   FIELD(kaimen_config, max_template_bytes) +
                   FIELD(kaimen_config, threads) +
                   FIELD(kaimen_config, max_finger_templates) +
                   FIELD(kaimen_config, reserved) +
                   FIELD(kaimen_config, zone) +
                   FIELD(kaimen_config, algorithms) +
                   FIELD(kaimen_config, algorithm_count) +
                   FIELD(kaimen_config, reserved_size),
               "no padding, no other field in kaimen_config");

SIZE(kaimen_pair, 320, 320);
OFFSET(kaimen_pair, struct_size, 0, 0);
OFFSET(kaimen_pair, score, 4, 4);
OFFSET(kaimen_pair, user_type, 8, 8);
OFFSET(kaimen_pair, slot, 12, 12);
OFFSET(kaimen_pair, other_user_type, 16, 16);
OFFSET(kaimen_pair, other_slot, 20, 20);
OFFSET(kaimen_pair, reserved, 24, 24);
OFFSET(kaimen_pair, userid, 48, 48);
OFFSET(kaimen_pair, other_userid, 184, 184);
_Static_assert(sizeof(kaimen_pair) ==
                   FIELD(kaimen_pair, struct_size) +
                   FIELD(kaimen_pair, score) +
                   FIELD(kaimen_pair, user_type) +
                   FIELD(kaimen_pair, slot) +
                   FIELD(kaimen_pair, other_user_type) +
                   FIELD(kaimen_pair, other_slot) +
                   FIELD(kaimen_pair, reserved) +
                   FIELD(kaimen_pair, userid) +
                   FIELD(kaimen_pair, other_userid),
               "no padding, no other field in kaimen_pair");

SIZE(kaimen_request_options, 48, 48);
OFFSET(kaimen_request_options, struct_size, 0, 0);
OFFSET(kaimen_request_options, form, 4, 4);
OFFSET(kaimen_request_options, fingerprints, 8, 8);
OFFSET(kaimen_request_options, faces, 12, 12);
OFFSET(kaimen_request_options, public_keys, 16, 16);
OFFSET(kaimen_request_options, reserved, 20, 20);
_Static_assert(sizeof(kaimen_request_options) ==
                   FIELD(kaimen_request_options, struct_size) +
                   FIELD(kaimen_request_options, form) +
                   FIELD(kaimen_request_options, fingerprints) +
                   FIELD(kaimen_request_options, faces) +
                   FIELD(kaimen_request_options, public_keys) +
                   FIELD(kaimen_request_options, reserved),
               "no padding, no other field in kaimen_request_options");

SIZE(kaimen_member_key, 16, 12);
OFFSET(kaimen_member_key, userid, 0, 0);
OFFSET(kaimen_member_key, user_type, 8, 4);
OFFSET(kaimen_member_key, reserved, 12, 8);
_Static_assert(sizeof(kaimen_member_key) ==
                   FIELD(kaimen_member_key, userid) +
                   FIELD(kaimen_member_key, user_type) +
                   FIELD(kaimen_member_key, reserved),
               "no padding, no other field in kaimen_member_key");

SIZE(kaimen_report_summary, 152, 152);
OFFSET(kaimen_report_summary, struct_size, 0, 0);
OFFSET(kaimen_report_summary, items, 4, 4);
OFFSET(kaimen_report_summary, dropped, 8, 8);
OFFSET(kaimen_report_summary, generation, 16, 16);
OFFSET(kaimen_report_summary, counts, 24, 24);
_Static_assert(sizeof(kaimen_report_summary) ==
                   FIELD(kaimen_report_summary, struct_size) +
                   FIELD(kaimen_report_summary, items) +
                   FIELD(kaimen_report_summary, dropped) +
                   FIELD(kaimen_report_summary, generation) +
                   FIELD(kaimen_report_summary, counts),
               "no padding, no other field in kaimen_report_summary");

SIZE(kaimen_report_line, 512, 512);
OFFSET(kaimen_report_line, struct_size, 0, 0);
OFFSET(kaimen_report_line, kind, 4, 4);
OFFSET(kaimen_report_line, status, 8, 8);
OFFSET(kaimen_report_line, user_type, 12, 12);
OFFSET(kaimen_report_line, position, 16, 16);
OFFSET(kaimen_report_line, modality, 20, 20);
OFFSET(kaimen_report_line, id, 24, 24);
OFFSET(kaimen_report_line, reserved, 32, 32);
OFFSET(kaimen_report_line, userid, 56, 56);
OFFSET(kaimen_report_line, field, 192, 192);
OFFSET(kaimen_report_line, message, 256, 256);
_Static_assert(sizeof(kaimen_report_line) ==
                   FIELD(kaimen_report_line, struct_size) +
                   FIELD(kaimen_report_line, kind) +
                   FIELD(kaimen_report_line, status) +
                   FIELD(kaimen_report_line, user_type) +
                   FIELD(kaimen_report_line, position) +
                   FIELD(kaimen_report_line, modality) +
                   FIELD(kaimen_report_line, id) +
                   FIELD(kaimen_report_line, reserved) +
                   FIELD(kaimen_report_line, userid) +
                   FIELD(kaimen_report_line, field) +
                   FIELD(kaimen_report_line, message),
               "no padding, no other field in kaimen_report_line");

SIZE(kaimen_stats, 80, 80);
OFFSET(kaimen_stats, struct_size, 0, 0);
OFFSET(kaimen_stats, members, 4, 4);
OFFSET(kaimen_stats, face_templates, 8, 8);
OFFSET(kaimen_stats, kept_templates, 12, 12);
OFFSET(kaimen_stats, stale_templates, 16, 16);
OFFSET(kaimen_stats, finger_templates, 20, 20);
OFFSET(kaimen_stats, generation, 24, 24);
OFFSET(kaimen_stats, index_bytes, 32, 32);
OFFSET(kaimen_stats, record_bytes, 40, 40);
OFFSET(kaimen_stats, opaque_bytes, 48, 48);
OFFSET(kaimen_stats, reserved2, 56, 56);
_Static_assert(sizeof(kaimen_stats) ==
                   FIELD(kaimen_stats, struct_size) +
                   FIELD(kaimen_stats, members) +
                   FIELD(kaimen_stats, face_templates) +
                   FIELD(kaimen_stats, kept_templates) +
                   FIELD(kaimen_stats, stale_templates) +
                   FIELD(kaimen_stats, finger_templates) +
                   FIELD(kaimen_stats, generation) +
                   FIELD(kaimen_stats, index_bytes) +
                   FIELD(kaimen_stats, record_bytes) +
                   FIELD(kaimen_stats, opaque_bytes) +
                   FIELD(kaimen_stats, reserved2),
               "no padding, no other field in kaimen_stats");

SIZE(kaimen_member, 344, 344);
OFFSET(kaimen_member, struct_size, 0, 0);
OFFSET(kaimen_member, face_templates, 4, 4);
OFFSET(kaimen_member, kept_templates, 8, 8);
OFFSET(kaimen_member, stale_templates, 12, 12);
OFFSET(kaimen_member, rules, 16, 16);
OFFSET(kaimen_member, rejected_rules, 20, 20);
OFFSET(kaimen_member, openvid, 24, 24);
OFFSET(kaimen_member, fa_ver, 32, 32);
OFFSET(kaimen_member, fp_ver, 40, 40);
OFFSET(kaimen_member, finger_templates, 48, 48);
OFFSET(kaimen_member, reserved32, 52, 52);
OFFSET(kaimen_member, reserved, 56, 56);
OFFSET(kaimen_member, name, 80, 80);
_Static_assert(sizeof(kaimen_member) ==
                   FIELD(kaimen_member, struct_size) +
                   FIELD(kaimen_member, face_templates) +
                   FIELD(kaimen_member, kept_templates) +
                   FIELD(kaimen_member, stale_templates) +
                   FIELD(kaimen_member, rules) +
                   FIELD(kaimen_member, rejected_rules) +
                   FIELD(kaimen_member, openvid) +
                   FIELD(kaimen_member, fa_ver) +
                   FIELD(kaimen_member, fp_ver) +
                   FIELD(kaimen_member, finger_templates) +
                   FIELD(kaimen_member, reserved32) +
                   FIELD(kaimen_member, reserved) +
                   FIELD(kaimen_member, name),
               "no padding, no other field in kaimen_member");

SIZE(kaimen_probe, 64, 48);
OFFSET(kaimen_probe, struct_size, 0, 0);
OFFSET(kaimen_probe, encoding, 4, 4);
OFFSET(kaimen_probe, reserved, 8, 8);
OFFSET(kaimen_probe, data, 32, 32);
OFFSET(kaimen_probe, size, 40, 36);
OFFSET(kaimen_probe, algorithm, 48, 40);
OFFSET(kaimen_probe, reserved_size, 56, 44);
_Static_assert(sizeof(kaimen_probe) ==
                   FIELD(kaimen_probe, struct_size) +
                   FIELD(kaimen_probe, encoding) +
                   FIELD(kaimen_probe, reserved) +
                   FIELD(kaimen_probe, data) +
                   FIELD(kaimen_probe, size) +
                   FIELD(kaimen_probe, algorithm) +
                   FIELD(kaimen_probe, reserved_size),
               "no padding, no other field in kaimen_probe");

SIZE(kaimen_decision, 224, 224);
OFFSET(kaimen_decision, struct_size, 0, 0);
OFFSET(kaimen_decision, verdict, 4, 4);
OFFSET(kaimen_decision, reason, 8, 8);
OFFSET(kaimen_decision, modality, 12, 12);
OFFSET(kaimen_decision, time, 16, 16);
OFFSET(kaimen_decision, generation, 24, 24);
OFFSET(kaimen_decision, rule_id, 32, 32);
OFFSET(kaimen_decision, score, 40, 40);
OFFSET(kaimen_decision, margin, 44, 44);
OFFSET(kaimen_decision, threshold, 48, 48);
OFFSET(kaimen_decision, slot, 52, 52);
OFFSET(kaimen_decision, user_type, 56, 56);
OFFSET(kaimen_decision, reserved, 60, 60);
OFFSET(kaimen_decision, userid, 88, 88);
_Static_assert(sizeof(kaimen_decision) ==
                   FIELD(kaimen_decision, struct_size) +
                   FIELD(kaimen_decision, verdict) +
                   FIELD(kaimen_decision, reason) +
                   FIELD(kaimen_decision, modality) +
                   FIELD(kaimen_decision, time) +
                   FIELD(kaimen_decision, generation) +
                   FIELD(kaimen_decision, rule_id) +
                   FIELD(kaimen_decision, score) +
                   FIELD(kaimen_decision, margin) +
                   FIELD(kaimen_decision, threshold) +
                   FIELD(kaimen_decision, slot) +
                   FIELD(kaimen_decision, user_type) +
                   FIELD(kaimen_decision, reserved) +
                   FIELD(kaimen_decision, userid),
               "no padding, no other field in kaimen_decision");

SIZE(kaimen_candidate, 168, 168);
OFFSET(kaimen_candidate, struct_size, 0, 0);
OFFSET(kaimen_candidate, user_type, 4, 4);
OFFSET(kaimen_candidate, score, 8, 8);
OFFSET(kaimen_candidate, slot, 12, 12);
OFFSET(kaimen_candidate, reserved, 16, 16);
OFFSET(kaimen_candidate, userid, 32, 32);
_Static_assert(sizeof(kaimen_candidate) ==
                   FIELD(kaimen_candidate, struct_size) +
                   FIELD(kaimen_candidate, user_type) +
                   FIELD(kaimen_candidate, score) +
                   FIELD(kaimen_candidate, slot) +
                   FIELD(kaimen_candidate, reserved) +
                   FIELD(kaimen_candidate, userid),
               "no padding, no other field in kaimen_candidate");

SIZE(kaimen_access, 40, 40);
OFFSET(kaimen_access, struct_size, 0, 0);
OFFSET(kaimen_access, verdict, 4, 4);
OFFSET(kaimen_access, reason, 8, 8);
OFFSET(kaimen_access, reserved, 12, 12);
OFFSET(kaimen_access, rule_id, 24, 24);
OFFSET(kaimen_access, next_change, 32, 32);
_Static_assert(sizeof(kaimen_access) ==
                   FIELD(kaimen_access, struct_size) +
                   FIELD(kaimen_access, verdict) +
                   FIELD(kaimen_access, reason) +
                   FIELD(kaimen_access, reserved) +
                   FIELD(kaimen_access, rule_id) +
                   FIELD(kaimen_access, next_change),
               "no padding, no other field in kaimen_access");

SIZE(kaimen_store_config, 80, 64);
OFFSET(kaimen_store_config, struct_size, 0, 0);
OFFSET(kaimen_store_config, max_events, 4, 4);
OFFSET(kaimen_store_config, cache_bytes, 8, 8);
OFFSET(kaimen_store_config, reserved, 16, 16);
OFFSET(kaimen_store_config, path, 48, 48);
OFFSET(kaimen_store_config, key, 56, 52);
OFFSET(kaimen_store_config, key_callback, 64, 56);
OFFSET(kaimen_store_config, user, 72, 60);
_Static_assert(sizeof(kaimen_store_config) ==
                   FIELD(kaimen_store_config, struct_size) +
                   FIELD(kaimen_store_config, max_events) +
                   FIELD(kaimen_store_config, cache_bytes) +
                   FIELD(kaimen_store_config, reserved) +
                   FIELD(kaimen_store_config, path) +
                   FIELD(kaimen_store_config, key) +
                   FIELD(kaimen_store_config, key_callback) +
                   FIELD(kaimen_store_config, user),
               "no padding, no other field in kaimen_store_config");

SIZE(kaimen_wiped, 576, 576);
OFFSET(kaimen_wiped, struct_size, 0, 0);
OFFSET(kaimen_wiped, key_destroyed, 4, 4);
OFFSET(kaimen_wiped, truncated, 8, 8);
OFFSET(kaimen_wiped, reserved, 12, 12);
OFFSET(kaimen_wiped, bytes, 16, 16);
OFFSET(kaimen_wiped, overwritten, 24, 24);
OFFSET(kaimen_wiped, reserved64, 32, 32);
OFFSET(kaimen_wiped, failures, 64, 64);
_Static_assert(sizeof(kaimen_wiped) ==
                   FIELD(kaimen_wiped, struct_size) +
                   FIELD(kaimen_wiped, key_destroyed) +
                   FIELD(kaimen_wiped, truncated) +
                   FIELD(kaimen_wiped, reserved) +
                   FIELD(kaimen_wiped, bytes) +
                   FIELD(kaimen_wiped, overwritten) +
                   FIELD(kaimen_wiped, reserved64) +
                   FIELD(kaimen_wiped, failures),
               "no padding, no other field in kaimen_wiped");

SIZE(kaimen_page, 48, 48);
OFFSET(kaimen_page, struct_size, 0, 0);
OFFSET(kaimen_page, is_last, 4, 4);
OFFSET(kaimen_page, version, 8, 8);
OFFSET(kaimen_page, reserved, 16, 16);
_Static_assert(sizeof(kaimen_page) ==
                   FIELD(kaimen_page, struct_size) +
                   FIELD(kaimen_page, is_last) +
                   FIELD(kaimen_page, version) +
                   FIELD(kaimen_page, reserved),
               "no padding, no other field in kaimen_page");

SIZE(kaimen_event, 208, 208);
OFFSET(kaimen_event, struct_size, 0, 0);
OFFSET(kaimen_event, user_type, 4, 4);
OFFSET(kaimen_event, sequence, 8, 8);
OFFSET(kaimen_event, time, 16, 16);
OFFSET(kaimen_event, pass_type, 24, 24);
OFFSET(kaimen_event, pass_method, 28, 28);
OFFSET(kaimen_event, verdict, 32, 32);
OFFSET(kaimen_event, reason, 36, 36);
OFFSET(kaimen_event, score, 40, 40);
OFFSET(kaimen_event, slot, 44, 44);
OFFSET(kaimen_event, damaged, 48, 48);
OFFSET(kaimen_event, reserved, 52, 52);
OFFSET(kaimen_event, userid, 72, 72);
_Static_assert(sizeof(kaimen_event) ==
                   FIELD(kaimen_event, struct_size) +
                   FIELD(kaimen_event, user_type) +
                   FIELD(kaimen_event, sequence) +
                   FIELD(kaimen_event, time) +
                   FIELD(kaimen_event, pass_type) +
                   FIELD(kaimen_event, pass_method) +
                   FIELD(kaimen_event, verdict) +
                   FIELD(kaimen_event, reason) +
                   FIELD(kaimen_event, score) +
                   FIELD(kaimen_event, slot) +
                   FIELD(kaimen_event, damaged) +
                   FIELD(kaimen_event, reserved) +
                   FIELD(kaimen_event, userid),
               "no padding, no other field in kaimen_event");

SIZE(kaimen_event_stats, 72, 72);
OFFSET(kaimen_event_stats, struct_size, 0, 0);
OFFSET(kaimen_event_stats, reserved, 4, 4);
OFFSET(kaimen_event_stats, pending, 8, 8);
OFFSET(kaimen_event_stats, dropped, 16, 16);
OFFSET(kaimen_event_stats, first, 24, 24);
OFFSET(kaimen_event_stats, next, 32, 32);
OFFSET(kaimen_event_stats, reserved64, 40, 40);
_Static_assert(sizeof(kaimen_event_stats) ==
                   FIELD(kaimen_event_stats, struct_size) +
                   FIELD(kaimen_event_stats, reserved) +
                   FIELD(kaimen_event_stats, pending) +
                   FIELD(kaimen_event_stats, dropped) +
                   FIELD(kaimen_event_stats, first) +
                   FIELD(kaimen_event_stats, next) +
                   FIELD(kaimen_event_stats, reserved64),
               "no padding, no other field in kaimen_event_stats");
