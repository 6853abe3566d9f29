/*
 * The reader program of a board under test: probes come over the console, decisions go back.
 *
 *     kaimen-door [CONSOLE]
 *
 * CONSOLE is a serial line, "/dev/ttyS0"; without one the program talks over its standard
 * streams. It ends when the console does.
 */
#include "door.h"

#include <stdio.h>

int main(int count, char **arguments) {
    if (count > 2) {
        fputs("usage: kaimen-door [CONSOLE]\n", stderr);
        return 2;
    }
    if (count == 2 && !line_open(arguments[1])) {
        perror(arguments[1]);
        return 1;
    }
    for (;;) {
        struct request request;
        switch (line_read(&request)) {
        case LINE_READY:
            desk_serve(&request);
            break;
        case LINE_DAMAGED:
            /* Which request it was cannot be known: number 0. */
            line_answer(0, "error line");
            break;
        case LINE_CLOSED:
            return 0;
        }
    }
}
