/* tap.h: cmocka groups that report in TAP, one line per test, so that one counter reads every kind of test.
 *
 * A unit test is a program tests/unit/<folder>/test_<module>.c:
 *     static void promises_x(void **state) { ...assert_string_equal(...)... }
 *     int main(void) { const struct CMUnitTest tests[] = {cmocka_unit_test(promises_x)}; return tap_run("text", tests); }
 * Table tests make the CMUnitTest array at run time: tap_table() reads cases from a text file (format: tests/table.h).
 */
#ifndef TESTS_TAP_H
#define TESTS_TAP_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define tap_run(group, tests) (cmocka_set_message_output(CM_OUTPUT_TAP), cmocka_run_group_tests_name(group, tests, NULL, NULL))

#endif
