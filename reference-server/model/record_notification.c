/* Records of what people were told. */
#include "common/base.h"

#include "reference-server/model/record_rows.h"

#include "common/text.h"
#include "reference-server/model/notification.h"
#include "reference-server/model/organization.h"

bool record_put_notification(const struct record_put *put)
{
    const struct notification *n = notification_find(put->organization, put->key);
    if (n == NULL) {
        return false;
    }
    json_set_text(put->data, "kind", notification_kind_word(n->kind));
    json_set_text(put->data, "to", n->to);
    json_set_text(put->data, "toName", n->to_name);
    json_set_text(put->data, "about", n->about);
    json_set_text(put->data, "aboutName", n->about_name);
    json_set_text(put->data, "text", n->text);
    json_set_integer(put->data, "time", n->time_ms);
    return true;
}

bool record_read_notification(const struct record_read *read)
{
    struct notification n = {.time_ms = json_get_integer(read->data, "time", 0)};
    if (!text_to_u64(read->key, UINT64_MAX, &n.sequence) || json_get_text(read->data, "toName", NULL) == NULL ||
        json_get_text(read->data, "text", NULL) == NULL ||
        !notification_kind_read(json_get_text(read->data, "kind", NULL), &n.kind)) {
        return false;
    }
    n.to = json_get_text(read->data, "to", NULL);
    n.to_name = json_get_text(read->data, "toName", NULL);
    n.about = json_get_text(read->data, "about", NULL);
    n.about_name = json_get_text(read->data, "aboutName", NULL);
    n.text = json_get_text(read->data, "text", NULL);
    notification_restore(read->organization, &n);
    return true;
}
