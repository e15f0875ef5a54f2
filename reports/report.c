#include "common/base.h"
#include "reports/report.h"

#include "common/text.h"
#include "reports/writers.h"

const struct report_writer report_writers[] = {
    {"console", "text for people: what failed in full, then totals", report_write_console},
    {"json", "everything as data (docs/report.schema.json)", report_write_json},
    {"junit", "JUnit XML for CI", report_write_junit},
    {"html", "one page to browse cases, exchanges and access", report_write_html},
};
const size_t report_writer_count = ARRAY_LEN(report_writers);

const struct report_writer *report_find(const char *name)
{
    for (size_t i = 0; i < report_writer_count; i++) {
        if (text_equal(report_writers[i].name, name))
            return &report_writers[i];
    }
    return NULL;
}
