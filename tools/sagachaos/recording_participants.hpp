#pragma once

#include <map>
#include <memory>
#include <string>

#include "adapters/memory/memory_broker.hpp"
#include "tools/sagachaos/agenda.hpp"
#include "tools/sagachaos/subject.hpp"
#include "tools/sagachaos/witness.hpp"
#include "workflows/ports/ledger_rules.hpp"

namespace sagad::chaos {

/// All participants of a definition, as a program of somebody else's beyond the broker: takes commands, remembers what
/// it did under their keys, honours the instructions to fail that they carry, and answers. Never dies.
class recording_participants final : public bus_listener {
public:
  recording_participants(const subject& of, std::shared_ptr<memory::broker> broker, agenda& later, witness& sees);

  const std::map<std::string, remembered>& inbox() const { return inbox_; }

  void on_message(incoming_message m) override;
  void on_settled(std::vector<settled_message>) override {}
  void on_consumers(const std::string&, std::size_t) override {}
  void on_connection(const std::string&) override {}

private:
  struct question {
    command asked;
    std::string reply_to;
    std::string correlation_id;
  };

  void handle(const question& q);
  ledger_answer carry_out(const command& asked);
  ledger_answer do_anew(const command& asked);
  void answer(const question& q, const ledger_answer& a);

  const subject& of_;
  agenda& later_;
  witness& sees_;
  std::map<std::string, remembered> inbox_;
  std::uint64_t answers_ = 0;
  std::unique_ptr<message_bus> bus_;
};

} // namespace sagad::chaos
