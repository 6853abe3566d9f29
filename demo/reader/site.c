/* Where members and probes come from: files instead of a cloud and a camera. */
#include "reader.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Larger files than this are a mistake, not an answer. */
enum { FILE_BYTES = 1 << 28 };
/* Largest answer of a site: 200 members take less than half of it. The less
   is allowed, the less memory the engine has to keep for reading one. */
enum { SITE_JSON_BYTES = 2 << 20 };

/* A whole file with a NUL behind it; NULL (and a line on stderr) if not. */
char *file_read(const char *path, size_t *size) {
    FILE *file = fopen(path, "rb");
    char *bytes = NULL;
    long end = -1;
    if (file == NULL) {
        complain(path, strerror(errno));
        return NULL;
    }
    if (fseek(file, 0, SEEK_END) == 0) {
        end = ftell(file);
    }
    if (end < 0 || end > FILE_BYTES || fseek(file, 0, SEEK_SET) != 0) {
        complain(path, "not a file, or larger than 256 MiB");
    } else if ((bytes = malloc((size_t)end + 1)) == NULL) {
        complain(path, "no memory for it");
    } else if (fread(bytes, 1, (size_t)end, file) != (size_t)end) {
        complain(path, "cannot be read");
        free(bytes);
        bytes = NULL;
    } else {
        bytes[end] = '\0';
        *size = (size_t)end;
    }
    fclose(file);
    return bytes;
}

static char *copy(const char *text) {
    const size_t size = strlen(text) + 1;
    char *result = malloc(size);
    return result == NULL ? NULL : memcpy(result, text, size);
}

bool site_add_answer(struct settings *settings, const char *path) {
    const size_t bytes = (settings->answer_count + 1) * sizeof *settings->answers;
    char **answers = realloc(settings->answers, bytes);
    if (answers != NULL) {
        settings->answers = answers;
        answers[settings->answer_count] = copy(path);
    }
    if (answers == NULL || answers[settings->answer_count] == NULL) {
        complain(path, "no memory");
        return false;
    }
    settings->answer_count++;
    return true;
}

void site_free(struct settings *settings) {
    for (size_t i = 0; i < settings->answer_count; i++) {
        free(settings->answers[i]);
    }
    free(settings->answers);
    free(settings->probes);
}

/* One line of site.conf; a key that is not known here does no harm. */
static bool site_line(struct settings *settings, const char *key, const char *value,
                      uint64_t *answers) {
    kaimen_algorithm *algorithm = &settings->algorithm;
    uint64_t number = 0;
    const bool is_number = number_read(value, INT32_MAX, &number);
    if (strcmp(key, "algorithm") == 0) {
        const int length = snprintf(algorithm->name, sizeof algorithm->name, "%s", value);
        return length > 0 && (size_t)length < sizeof algorithm->name;
    }
    if (strcmp(key, "zone") == 0) {
        const int length = snprintf(settings->zone, sizeof settings->zone, "%s", value);
        return length > 0 && (size_t)length < sizeof settings->zone;
    }
    if (strcmp(key, "scale") == 0) {
        char *end = NULL;
        algorithm->scale = strtof(value, &end);
        return end != value && *end == '\0';
    }
    if (strcmp(key, "element") == 0) {
        algorithm->element = strcmp(value, "f32") == 0   ? KAIMEN_ELEMENT_F32
                             : strcmp(value, "f16") == 0 ? KAIMEN_ELEMENT_F16
                             : strcmp(value, "i8") == 0  ? KAIMEN_ELEMENT_I8
                                                         : 0;
        return algorithm->element != 0;
    }
    if (strcmp(key, "dimension") == 0) {
        algorithm->dimension = (uint32_t)number;
    } else if (strcmp(key, "header_bytes") == 0) {
        algorithm->header_bytes = (uint32_t)number;
    } else if (strcmp(key, "expected_bytes") == 0) {
        algorithm->expected_bytes = (uint32_t)number;
    } else if (strcmp(key, "threshold_millionths") == 0) {
        algorithm->threshold = (int32_t)number;
    } else if (strcmp(key, "margin_millionths") == 0) {
        algorithm->margin = (int32_t)number;
    } else if (strcmp(key, "answers") == 0) {
        *answers = number;
    } else if (strcmp(key, "records") == 0) {
        /* A reader is built for a number of members, not for one day's
           answers: only a site above the defaults moves them. */
        if (number > 20000) {
            settings->max_members = (uint32_t)number;
            settings->max_templates = (uint32_t)(number > 4000000 ? 16000000 : number * 4);
        }
    } else {
        return true;
    }
    return is_number;
}

static bool site_conf(struct settings *settings, const char *path, uint64_t *answers) {
    size_t size = 0;
    char *text = file_read(path, &size);
    bool good = text != NULL;
    for (char *line = text; good && line != NULL && *line != '\0';) {
        char *next = strchr(line, '\n');
        if (next != NULL) {
            *next++ = '\0';
        }
        char *value = strchr(line, '=');
        if (value != NULL) {
            *value++ = '\0';
            if (!site_line(settings, line, value, answers)) {
                complain(path, line);
                good = false;
            }
        }
        line = next;
    }
    free(text);
    return good;
}

bool site_read(struct settings *settings, const char *folder) {
    const size_t room = strlen(folder) + 32;
    char *path = malloc(room);
    uint64_t answers = 0;
    bool good = path != NULL;
    if (good) {
        settings->max_json = SITE_JSON_BYTES;
        snprintf(path, room, "%s/site.conf", folder);
        good = site_conf(settings, path, &answers);
    }
    if (good && answers == 0) {
        complain(path, "answers is missing");
        good = false;
    }
    for (uint64_t number = 1; good && number <= answers; number++) {
        snprintf(path, room, "%s/sync-%04lu.json", folder, (unsigned long)number);
        good = site_add_answer(settings, path);
    }
    if (good) {
        snprintf(path, room, "%s/probes.tsv", folder);
        free(settings->probes);
        settings->probes = path;
    } else {
        free(path);
    }
    return good;
}

/* Cuts the next field off a line. */
static char *field(char **line) {
    char *start = *line;
    char *tab = start == NULL ? NULL : strchr(start, '\t');
    if (tab != NULL) {
        *tab++ = '\0';
    }
    *line = tab;
    return start;
}

/* label, user_type, now, base64; or the base64 alone, meaning now. */
static bool probe_parse(struct probe *probe, char *line) {
    char *fields[4];
    size_t count = 0;
    while (line != NULL && count < 4) {
        fields[count++] = field(&line);
    }
    uint64_t user_type = 0;
    uint64_t now = (uint64_t)time(NULL);
    if (line != NULL || (count != 1 && count != 4)) {
        return false;
    }
    if (count == 4 && (!number_read(fields[1], UINT32_MAX, &user_type) ||
                       !number_read(fields[2], INT64_MAX, &now))) {
        return false;
    }
    char *data = fields[count - 1];
    probe->label = count == 4 ? fields[0] : "";
    probe->user_type = (uint32_t)user_type;
    probe->now = (int64_t)now;
    /* Decoded in place: the bytes take less room than their text. */
    probe->template_bytes = (uint8_t *)data;
    return base64_decode(data, probe->template_bytes, &probe->size);
}

bool probes_read(struct probes *probes, const char *path) {
    probes->text = file_read(path, &probes->text_size);
    if (probes->text == NULL) {
        return false;
    }
    size_t lines = 1;
    for (const char *at = probes->text; *at != '\0'; at++) {
        lines += *at == '\n';
    }
    probes->list = calloc(lines, sizeof *probes->list);
    if (probes->list == NULL) {
        complain(path, "no memory for the probes");
        return false;
    }
    size_t number = 0;
    for (char *line = probes->text; line != NULL && *line != '\0';) {
        char *next = strchr(line, '\n');
        if (next != NULL) {
            *next++ = '\0';
        }
        line[strcspn(line, "\r")] = '\0';
        number++;
        if (line[0] != '#' && line[0] != '\0' &&
            !probe_parse(&probes->list[probes->count++], line)) {
            fprintf(stderr, "reader: %s:%zu: not label, user_type, now, base64 (one tab between)\n",
                    path, number);
            return false;
        }
        line = next;
    }
    return true;
}

void probes_free(struct probes *probes) {
    wipe(probes->text, probes->text_size);
    free(probes->text);
    free(probes->list);
}
