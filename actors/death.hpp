#pragma once

#include <exception>

#include <caf/error.hpp>
#include <caf/sec.hpp>

namespace sagad::actors {

/// An actor that throws dies with what it threw as its reason, so that whoever watches it can say why. Call it
/// first in the actor's behaviour function.
template <class Self>
void die_telling_why(Self* self) {
  self->set_exception_handler([](std::exception_ptr& thrown) -> caf::error {
    try {
      std::rethrow_exception(thrown);
    } catch (const std::exception& e) {
      return caf::make_error(caf::sec::runtime_error, e.what());
    } catch (...) {
      return caf::sec::runtime_error;
    }
  });
}

} // namespace sagad::actors
