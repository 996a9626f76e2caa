#pragma once

#include <string>
#include <string_view>

#include "workflows/saga.hpp"

namespace sagad::wire {

/// A fact as a CloudEvents 1.0 event in structured JSON (https://github.com/cloudevents/spec, v1.0.2):
///
///     {"specversion":"1.0","id":"o-1/2","source":"/sagad","type":"order.step.charge-payment.succeeded",
///      "subject":"o-1","time":"2026-11-20T05:48:00.000Z","sequence":2,"datacontenttype":"application/json",
///      "data":{"saga_id":"o-1","attempt":1,"code":"","detail":""}}
///
/// `type` is also its routing key; deploy/protocol/README.md lists them. `sequence` counts an order's facts from 1,
/// without gaps. It is an extension attribute of our own, of CloudEvents' type Integer: the documented extension of
/// that name is a string that must sort as text, which a number in JSON need not pretend to be.
std::string to_cloud_event(const fact& f);

/// Unique per fact, and the same however often it is published: `<saga>/<sequence>`.
std::string cloud_event_id(const fact& f);

inline constexpr std::string_view cloud_event_content_type = "application/cloudevents+json";
inline constexpr std::string_view cloud_event_source = "/sagad";

} // namespace sagad::wire
