#include "workflows/ports/requeue.hpp"

#include "workflows/wire/queue_names.hpp"

namespace sagad {

tl::expected<checkout::submission, std::string> submission_to_requeue(const kept_letter& k) {
  if (k.letter.source != wire::orders_queue)
    return tl::unexpected{"it came from '" + k.letter.source + "': only a submission, from '" +
                          std::string{wire::orders_queue} + "', can be submitted again"};
  if (k.discarded_at)
    return tl::unexpected{std::string{"it is discarded: restore it first"}};
  auto read = checkout::parse_submission(k.letter.body);
  if (!read)
    return tl::unexpected{"it cannot be read: " + read.error().code + ": " + read.error().message};
  if (read->order.value.empty())
    return tl::unexpected{
        std::string{"it names no order_id, and the id that its message gave it was not kept: submit it anew"}};
  return *std::move(read);
}

std::string requeue_text(const acceptance& decided) {
  if (decided.error)
    return decided.error->code + ": " + decided.error->message;
  return decided.duplicate ? "it was accepted before" : "accepted";
}

} // namespace sagad
