#include "adapters/postgres/ledger.hpp"

#include "adapters/postgres/book_reader.hpp"
#include "adapters/postgres/book_writer.hpp"

namespace sagad::postgres {

std::vector<ledger_answer> ledger::carry_out(pqxx::transaction_base& t, const std::vector<ledger_command>& commands,
                                             bool lost_before) {
  std::vector<ledger_answer> answers;
  if (commands.empty())
    return answers;
  answers.reserve(commands.size());
  // Everybody draws from the same few shelves: as a rule they are read without a lock and changed in the last
  // statement, provided that enough is left. Only a refusal needs the exact level, held until the end.
  auto how = lost_before || is_scarce_ ? levels::locked : levels::as_they_are;
  for (;;) {
    book b = read(t, commands, how);
    for (const ledger_command& asked : commands)
      answers.push_back(b.answer(asked));
    is_scarce_ = b.went_by_levels();
    if (is_scarce_ && how == levels::as_they_are) {
      how = levels::locked;
      answers.clear();
      continue;
    }
    write_back(on_, t, b);
    return answers;
  }
}

book ledger::read(pqxx::transaction_base& t, const std::vector<ledger_command>& commands, levels how) {
  book b{initial_credit_};
  book_reader reader{on_, t, b};
  reader.read_pages(commands);
  reader.read_effects_to_undo(commands);
  reader.read_levels(commands, how == levels::locked);
  return b;
}

} // namespace sagad::postgres
