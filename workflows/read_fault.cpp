#include "workflows/read_fault.hpp"

namespace sagad {

fault read_fault(object_reader& fields) {
  fault f;
  const auto kind = fault_kind_from(fields.string("kind"));
  if (!kind)
    fields.refuse("UNKNOWN_KIND", "kind",
                  "must be kill, kill-after, stall, refuse, lose-reply, duplicate-reply or late-reply");
  f.kind = kind.value_or(fault_kind::kill);

  const bool delays = f.kind == fault_kind::stall || f.kind == fault_kind::late_reply;
  if (fields.has("ms") && !delays)
    fields.refuse("UNKNOWN_FIELD", "ms", "belongs to the kinds stall and late-reply only");
  if (const auto ms = fields.optional_integer("ms", 0, fault_delay_ms_max))
    f.delay = milliseconds{*ms};

  const bool refuses = f.kind == fault_kind::refuse;
  if (fields.has("code") && !refuses)
    fields.refuse("UNKNOWN_FIELD", "code", "belongs to the kind refuse only");
  if (refuses)
    f.code = fields.id("code");
  return f;
}

} // namespace sagad
