/*
 * The demo's reader: members from WeCom answers, probes from a file, decisions
 * in a table.
 *
 *     reader --site FOLDER
 *     reader --sync FILE [--sync FILE ...] --probe FILE
 */
#include "reader.h"

#include <stdlib.h>
#include <string.h>

static const char help[] =
    "Usage: reader --site FOLDER\n"
    "       reader --sync FILE [--sync FILE ...] --probe FILE\n"
    "\n"
    "  --site FOLDER    site.conf, sync-0001.json ..., probes.tsv (see demo/README.md)\n"
    "  --sync FILE      an answer to get_userinfo_by_ids; may be given many times\n"
    "  --probe FILE     one probe a line: label, user_type, Unix seconds and base64 with\n"
    "                   a tab between, or the base64 alone (then: now, and no label)\n"
    "\n"
    "The algorithm; without these the 1072-byte preset, or what site.conf says:\n"
    "  --element f32|f16|i8   element of the vector, little-endian\n"
    "  --dimension N          elements of the vector\n"
    "  --header N             bytes before the vector\n"
    "  --expected N           size of a decoded template in bytes; 0: header and vector\n"
    "  --threshold T          lowest accepted score, 0.54 or millionths (540000)\n"
    "  --margin M             lead over the second-best member, likewise\n"
    "The reader:\n"
    "  --zone Z               time zone of the rules (Asia/Shanghai, CST-8, +08:00)\n"
    "  --max-members N, --max-templates N   room in the engine\n"
    "  --max-json N           largest answer in bytes\n"
    "  --all                  list every rejection of the import\n"
    "\n"
    "Exit code: 0 done, 1 the library or a file failed, 2 wrong arguments, 3 the door\n"
    "opened for somebody else than the label says.\n";

/* 0.54 or 540000. */
static bool score_read(const char *text, int32_t *millionths) {
    uint64_t number = 0;
    if (strchr(text, '.') != NULL) {
        char *end = NULL;
        const double value = strtod(text, &end);
        if (*end != '\0' || !(value >= 0.0 && value <= 1.0)) {
            return false;
        }
        *millionths = (int32_t)(value * 1e6 + 0.5);
        return true;
    }
    if (!number_read(text, KAIMEN_SCORE_ONE, &number)) {
        return false;
    }
    *millionths = (int32_t)number;
    return true;
}

static bool element_read(const char *text, uint32_t *element) {
    *element = strcmp(text, "f32") == 0   ? KAIMEN_ELEMENT_F32
               : strcmp(text, "f16") == 0 ? KAIMEN_ELEMENT_F16
               : strcmp(text, "i8") == 0  ? KAIMEN_ELEMENT_I8
                                          : 0;
    return *element != 0;
}

static bool size_read(const char *text, uint32_t *size) {
    uint64_t number = 0;
    const bool good = number_read(text, UINT32_MAX, &number);
    *size = (uint32_t)number;
    return good;
}

/* One option that takes a value and says how the reader is set. */
static bool setting(struct settings *settings, const char *option, const char *value) {
    kaimen_algorithm *algorithm = &settings->algorithm;
    if (strcmp(option, "--element") == 0) return element_read(value, &algorithm->element);
    if (strcmp(option, "--dimension") == 0) return size_read(value, &algorithm->dimension);
    if (strcmp(option, "--header") == 0) return size_read(value, &algorithm->header_bytes);
    if (strcmp(option, "--expected") == 0) return size_read(value, &algorithm->expected_bytes);
    if (strcmp(option, "--threshold") == 0) return score_read(value, &algorithm->threshold);
    if (strcmp(option, "--margin") == 0) return score_read(value, &algorithm->margin);
    if (strcmp(option, "--max-members") == 0) return size_read(value, &settings->max_members);
    if (strcmp(option, "--max-templates") == 0) return size_read(value, &settings->max_templates);
    if (strcmp(option, "--max-json") == 0) return size_read(value, &settings->max_json);
    if (strcmp(option, "--zone") == 0) {
        const int length = snprintf(settings->zone, sizeof settings->zone, "%s", value);
        return length > 0 && (size_t)length < sizeof settings->zone;
    }
    return false;
}

static int usage(const char *what, const char *why) {
    complain(what, why);
    fprintf(stderr, "\n%s", help);
    return EXIT_USAGE;
}

/* Reads the command line; EXIT_DONE if there is work to do. The site comes
   first, whatever the order, so that options change what it says. */
static int arguments(struct settings *settings, int argc, char **argv) {
    for (int i = 1; i + 1 < argc; i++) {
        if (strcmp(argv[i], "--site") == 0 && !site_read(settings, argv[i + 1])) {
            return EXIT_LIBRARY;
        }
    }
    for (int i = 1; i < argc; i++) {
        const char *option = argv[i];
        if (strcmp(option, "--all") == 0) {
            settings->all = true;
            continue;
        }
        if (i + 1 == argc) {
            return usage(option, "not known, or its value is missing");
        }
        const char *value = argv[++i];
        if (strcmp(option, "--site") == 0) {
            continue;
        }
        if (strcmp(option, "--sync") == 0) {
            if (!site_add_answer(settings, value)) {
                return EXIT_LIBRARY;
            }
        } else if (strcmp(option, "--probe") == 0) {
            const size_t size = strlen(value) + 1;
            free(settings->probes);
            settings->probes = malloc(size);
            if (settings->probes == NULL) {
                return EXIT_LIBRARY;
            }
            memcpy(settings->probes, value, size);
        } else if (!setting(settings, option, value)) {
            return usage(option, "not known, or not with this value");
        }
    }
    if (settings->answer_count == 0 || settings->probes == NULL) {
        return usage("nothing to do", "give --site, or --sync and --probe");
    }
    return EXIT_DONE;
}

static void print_memory(const kaimen_engine *engine, uint64_t required, uint64_t before) {
    kaimen_stats stats;
    kaimen_detail detail;
    char index[32], records[32], limit[32], resident[32], peak[32], start[32];
    uint64_t now = 0, most = 0;
    kaimen_stats_init(&stats);
    kaimen_detail_init(&detail);
    const kaimen_status status = kaimen_engine_stats(engine, &stats, &detail);
    if (status != KAIMEN_OK) {
        library_error("kaimen_engine_stats", status, &detail);
        return;
    }
    format_bytes(index, sizeof index, stats.index_bytes);
    format_bytes(records, sizeof records, stats.record_bytes);
    format_bytes(limit, sizeof limit, required);
    put_heading("Memory");
    printf("  %lu members, %lu templates searched, %lu kept: index %s, records %s\n",
           (unsigned long)stats.members, (unsigned long)stats.face_templates,
           (unsigned long)stats.kept_templates, index, records);
    if (memory_read(&now, &most)) {
        format_bytes(resident, sizeof resident, now);
        format_bytes(peak, sizeof peak, most);
        format_bytes(start, sizeof start, before);
        printf("  whole process: %s now, %s at most, %s before the engine was opened\n", resident,
               peak, start);
    }
    printf("  promised before opening: the engine never takes more than %s\n", limit);
}

/* Everything between opening and closing the engine. */
static int run(kaimen_engine *engine, const struct settings *settings, uint64_t required,
               uint64_t before) {
    struct probes probes = {0};
    const bool imported = import_all(engine, settings);
    int code = EXIT_LIBRARY;
    if (probes_read(&probes, settings->probes)) {
        struct row *rows = calloc(probes.count + 1, sizeof *rows);
        if (rows == NULL) {
            complain(settings->probes, "no memory for the decisions");
        } else {
            decide_all(engine, &probes, rows);
            code = table_print(rows, probes.count, settings->zone);
            print_memory(engine, required, before);
        }
        free(rows);
    }
    probes_free(&probes);
    return imported ? code : EXIT_LIBRARY;
}

static int open_and_run(const struct settings *settings) {
    kaimen_build_info info;
    kaimen_config config;
    kaimen_detail detail;
    kaimen_engine *engine = NULL;
    uint64_t required = 0, before = 0, most = 0;
    char amount[32];

    kaimen_build_info_init(&info);
    kaimen_config_init(&config);
    kaimen_detail_init(&detail);
    kaimen_status status = kaimen_build_info_get(&info, &detail);
    if (status != KAIMEN_OK) {
        return library_error("kaimen_build_info_get", status, &detail);
    }
    printf("%skaimen %s%s on %s, kernel tier %s%s\n", paint(BOLD), info.version, paint(PLAIN),
           info.target, info.tier, info.debug != 0 ? ", debug build: slow" : "");
    if (info.abi_version != KAIMEN_ABI_VERSION) {
        complain("kaimen", "the library's ABI is not that of the header");
        return EXIT_LIBRARY;
    }
    config.algorithms = &settings->algorithm;
    config.algorithm_count = 1;
    config.zone = settings->zone;
    if (settings->max_members != 0) {
        config.max_members = settings->max_members;
    }
    if (settings->max_templates != 0) {
        config.max_face_templates = settings->max_templates;
    }
    if (settings->max_json != 0) {
        config.max_json_bytes = settings->max_json;
    }
    /* Asked before anything is taken: firmware compares it with what the board
       has to spare. */
    status = kaimen_config_required_bytes(&config, &required, &detail);
    if (status != KAIMEN_OK) {
        return library_error("kaimen_config_required_bytes", status, &detail);
    }
    format_bytes(amount, sizeof amount, required);
    printf("  %lu members, %lu templates, answers up to %.0f MiB: at most %s of memory\n",
           (unsigned long)config.max_members, (unsigned long)config.max_face_templates,
           (double)config.max_json_bytes / 1048576.0, amount);
    (void)memory_read(&before, &most);
    status = kaimen_engine_open(&config, &engine, &detail);
    if (status != KAIMEN_OK) {
        return library_error("kaimen_engine_open", status, &detail);
    }
    const int code = run(engine, settings, required, before);
    kaimen_engine_close(engine);
    return code;
}

int main(int argc, char **argv) {
    struct settings settings;
    memset(&settings, 0, sizeof settings);
    kaimen_algorithm_preset_int8_512_1072(&settings.algorithm);
    settings.algorithm.search = KAIMEN_SEARCH_FAST;
    snprintf(settings.zone, sizeof settings.zone, "Asia/Shanghai");
    if (argc == 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
        fputs(help, stdout);
        return EXIT_DONE;
    }
    text_start();
    int code = arguments(&settings, argc, argv);
    if (code == EXIT_DONE) {
        zone_set(settings.zone);
        code = open_and_run(&settings);
    }
    site_free(&settings);
    if (kaimen_live_handles() != 0) {
        complain("kaimen", "handles are still open at the end");
        code = EXIT_LIBRARY;
    }
    if (fflush(stdout) != 0) {
        code = EXIT_LIBRARY;
    }
    return code;
}
