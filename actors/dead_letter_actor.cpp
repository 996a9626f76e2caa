#include "actors/dead_letter_actor.hpp"

#include <spdlog/spdlog.h>

#include "actors/death.hpp"

namespace sagad::actors {

dead_letter_actor::behavior_type keep_dead_letters(dead_letter_actor::pointer self, store_gateway_actor gateway) {
  die_telling_why(self);
  return {
      [=](dead_letter& letter) {
        spdlog::error("dead letter from {}: {}; it is kept in the store with its {} bytes", letter.source,
                      letter.reason, letter.body.size());
        // The gateway keeps it until it is durable; when it dies of something else, so does the node.
        self->request(gateway, caf::infinite, std::move(letter))
            .then([](recorded_durably) {}, [](const caf::error&) {});
      },
  };
}

} // namespace sagad::actors
