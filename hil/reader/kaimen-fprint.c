/* A USB fingerprint reader by libfprint, as a program: requests come on standard input, answers
 * and pictures go to standard output. README.md has the lines.
 *
 * One thing is done at a time, and all of it in GLib's loop, so that a request to cancel is heard
 * while a finger is waited for. Where standard input ends, what is under way is cancelled and the
 * reader is closed: one that is left open may need its plug pulled. */
#include <errno.h>
#include <fprint.h>
#include <glib-unix.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#ifndef FPRINT_VERSION
#error "build.sh says which libfprint this is built with"
#endif

/* Longest request, and longest wait for a finger. */
enum { LINE_BYTES = 512, WAIT_MS_MAX = 600000 };

enum state { CLOSED, OPENING, OPEN, CAPTURING, CLOSING };

static GMainLoop *loop;
static FpContext *context;
static enum state state;
/* The reader, unless CLOSED. */
static FpDevice *reader;
/* Of what is under way. */
static GCancellable *cancellable;
static guint deadline, wait_ms;
static gboolean late;
/* What was said of the finger since the capture began, or NULL. */
static const char *finger;
/* Nobody listens any longer. */
static gboolean ending;
static FILE *answers;

/* Ends at tabs and line ends, so words have none. */
static char *plain(const char *words) {
    return g_strdelimit(g_strdup(words == NULL ? "" : words), "\t\r\n", ' ');
}

G_GNUC_PRINTF(1, 2)
static void answer(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vfprintf(answers, format, arguments);
    va_end(arguments);
    fputc('\n', answers);
    fflush(answers);
}

static void answer_words(const char *what, const char *words) {
    g_autofree char *text = plain(words);
    answer("%s\t%s", what, text);
}

static void answer_error(const GError *error) {
    if (g_error_matches(error, FP_DEVICE_ERROR, FP_DEVICE_ERROR_REMOVED)) {
        answer_words("gone", error->message);
    } else if (error->domain == FP_DEVICE_RETRY) {
        answer_words("retry", error->message);
    } else {
        answer_words("error", error->message);
    }
}

static void on_closed(GObject *source, GAsyncResult *result, gpointer data) {
    (void)data;
    g_autoptr(GError) error = NULL;
    const gboolean closed = fp_device_close_finish(FP_DEVICE(source), result, &error);
    g_clear_object(&reader);
    state = CLOSED;
    if (ending) {
        g_main_loop_quit(loop);
    } else if (closed) {
        answer("ok");
    } else {
        answer_error(error);
    }
}

static void close_reader(void) {
    state = CLOSING;
    fp_device_close(reader, NULL, on_closed, NULL);
}

/* What is under way has ended. */
static void settle(enum state now) {
    g_clear_handle_id(&deadline, g_source_remove);
    g_clear_object(&cancellable);
    state = now;
    if (!ending) {
        return;
    }
    if (state == OPEN) {
        close_reader();
    } else {
        g_main_loop_quit(loop);
    }
}

static void end(void) {
    ending = TRUE;
    if (cancellable != NULL) {
        g_cancellable_cancel(cancellable);
    } else if (state == OPEN) {
        close_reader();
    } else if (state == CLOSED) {
        g_main_loop_quit(loop);
    }
}

static void list(void) {
    GPtrArray *readers = fp_context_get_devices(context);
    for (guint place = 0; place < readers->len; place++) {
        FpDevice *one = g_ptr_array_index(readers, place);
        g_autofree char *driver = plain(fp_device_get_driver(one));
        g_autofree char *device = plain(fp_device_get_device_id(one));
        g_autofree char *name = plain(fp_device_get_name(one));
        answer("reader\t%s\t%s\t%s\t%s\t%s", driver, device,
               fp_device_get_scan_type(one) == FP_SCAN_TYPE_SWIPE ? "swipe" : "press",
               fp_device_has_feature(one, FP_DEVICE_FEATURE_CAPTURE) ? "image" : "no-image", name);
    }
    answer("ok\t%u", readers->len);
}

static gboolean on_deadline(gpointer data) {
    (void)data;
    deadline = 0;
    late = TRUE;
    g_cancellable_cancel(cancellable);
    return G_SOURCE_REMOVE;
}

/* The time is for the finger to come: once it is there, its picture takes what it takes. */
static void run_clock(gboolean waiting) {
    if (!waiting) {
        g_clear_handle_id(&deadline, g_source_remove);
    } else if (deadline == 0) {
        deadline = g_timeout_add(wait_ms, on_deadline, NULL);
    }
}

static void on_finger(FpDevice *device, GParamSpec *property, gpointer data) {
    (void)property;
    (void)data;
    const FpFingerStatusFlags status = fp_device_get_finger_status(device);
    const char *now = (status & FP_FINGER_STATUS_PRESENT) != 0  ? "present"
                      : (status & FP_FINGER_STATUS_NEEDED) != 0 ? "needed"
                                                                : finger;
    if (state == CAPTURING && g_strcmp0(now, finger) != 0) {
        finger = now;
        answer("finger\t%s", finger);
        run_clock((status & FP_FINGER_STATUS_PRESENT) == 0);
    }
}

static void on_open(GObject *source, GAsyncResult *result, gpointer data) {
    (void)data;
    g_autoptr(GError) error = NULL;
    if (fp_device_open_finish(FP_DEVICE(source), result, &error)) {
        g_signal_connect(reader, "notify::finger-status", G_CALLBACK(on_finger), NULL);
        answer("ok");
        settle(OPEN);
    } else {
        g_clear_object(&reader);
        answer_error(error);
        settle(CLOSED);
    }
}

/* The only reader of this driver and device id; libfprint tells equal ones apart by nothing. */
static FpDevice *find(const char *driver, const char *device, guint *count) {
    GPtrArray *readers = fp_context_get_devices(context);
    FpDevice *found = NULL;
    *count = 0;
    for (guint place = 0; place < readers->len; place++) {
        FpDevice *one = g_ptr_array_index(readers, place);
        if (g_strcmp0(fp_device_get_driver(one), driver) == 0 &&
            g_strcmp0(fp_device_get_device_id(one), device) == 0) {
            found = one;
            (*count)++;
        }
    }
    return *count == 1 ? found : NULL;
}

static void open_reader(const char *driver, const char *device) {
    guint count;
    if (state != CLOSED) {
        answer("error\ta reader is open already");
        return;
    }
    FpDevice *found = find(driver, device, &count);
    if (found == NULL) {
        answer("error\t%u readers are %s %s", count, driver, device);
        return;
    }
    reader = g_object_ref(found);
    state = OPENING;
    cancellable = g_cancellable_new();
    fp_device_open(reader, cancellable, on_open, NULL);
}

static void answer_image(FpImage *image) {
    gsize length;
    const guchar *greys = fp_image_get_data(image, &length);
    answer("image\t%u\t%u\t%.4f", fp_image_get_width(image), fp_image_get_height(image),
           fp_image_get_ppmm(image));
    fwrite(greys, 1, length, answers);
    fflush(answers);
}

static void on_capture(GObject *source, GAsyncResult *result, gpointer data) {
    (void)data;
    g_autoptr(GError) error = NULL;
    g_autoptr(FpImage) image = fp_device_capture_finish(FP_DEVICE(source), result, &error);
    if (image != NULL) {
        answer_image(image);
    } else if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
        answer(late ? "late" : "cancelled");
    } else {
        answer_error(error);
    }
    settle(OPEN);
}

static void capture(const char *milliseconds) {
    guint64 wait;
    if (state != OPEN) {
        answer("error\tno reader is open");
        return;
    }
    if (!g_ascii_string_to_unsigned(milliseconds, 10, 1, WAIT_MS_MAX, &wait, NULL)) {
        answer("error\tno number of milliseconds");
        return;
    }
    state = CAPTURING;
    late = FALSE;
    finger = NULL;
    cancellable = g_cancellable_new();
    wait_ms = (guint)wait;
    run_clock(TRUE);
    fp_device_capture(reader, TRUE, cancellable, on_capture, NULL);
}

static void obey(char *line) {
    g_auto(GStrv) words = g_strsplit(line, "\t", 0);
    const guint count = g_strv_length(words);
    const char *what = count == 0 ? "" : words[0];
    if (strcmp(what, "cancel") == 0) {
        /* Answered by what is cancelled; where nothing is, it has its answer already. */
        if (cancellable != NULL) {
            g_cancellable_cancel(cancellable);
        }
    } else if (state == OPENING || state == CAPTURING || state == CLOSING) {
        answer("error\tbusy");
    } else if (strcmp(what, "hello") == 0) {
        answer("ok\tkaimen-fprint 1\tlibfprint " FPRINT_VERSION);
    } else if (strcmp(what, "list") == 0) {
        list();
    } else if (strcmp(what, "open") == 0 && count == 3) {
        open_reader(words[1], words[2]);
    } else if (strcmp(what, "capture") == 0 && count == 2) {
        capture(words[1]);
    } else if (strcmp(what, "close") == 0 && state == OPEN) {
        close_reader();
    } else {
        answer("error\tno such request");
    }
}

static gboolean on_input(gint input, GIOCondition condition, gpointer data) {
    static char line[LINE_BYTES + 1];
    static size_t length;
    char bytes[LINE_BYTES];
    (void)condition;
    (void)data;
    const ssize_t count = read(input, bytes, sizeof bytes);
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) {
        return G_SOURCE_CONTINUE;
    }
    if (count <= 0) {
        end();
        return G_SOURCE_REMOVE;
    }
    for (ssize_t place = 0; place < count; place++) {
        if (bytes[place] != '\n') {
            /* What is too long is no request, and is answered as such. */
            length = MIN(length, sizeof line - 2);
            line[length++] = bytes[place];
            continue;
        }
        line[length] = '\0';
        length = 0;
        obey(line);
    }
    return G_SOURCE_CONTINUE;
}

static gboolean on_signal(gpointer data) {
    (void)data;
    end();
    return G_SOURCE_CONTINUE;
}

/* Drivers may print: what they print must not end up in a picture. */
static gboolean take_output(void) {
    const int own = dup(STDOUT_FILENO);
    answers = own < 0 ? NULL : fdopen(own, "w");
    return answers != NULL && dup2(STDERR_FILENO, STDOUT_FILENO) >= 0;
}

int main(void) {
    if (!take_output()) {
        perror("standard output");
        return 1;
    }
    signal(SIGPIPE, SIG_IGN);
    loop = g_main_loop_new(NULL, FALSE);
    context = fp_context_new();
    fp_context_enumerate(context);
    g_unix_signal_add(SIGTERM, on_signal, NULL);
    g_unix_signal_add(SIGINT, on_signal, NULL);
    g_unix_fd_add(STDIN_FILENO, G_IO_IN | G_IO_HUP | G_IO_ERR, on_input, NULL);
    g_main_loop_run(loop);
    g_clear_object(&context);
    g_main_loop_unref(loop);
    return 0;
}
