#pragma once

#include <string>

#include <tl/expected.hpp>

#include "workflows/ports/dead_letters.hpp"

/// How a dead letter is submitted again, in every store. Pure.
namespace sagad {

/// The submission in the letter, or in a sentence why it cannot be submitted again: it is none, it is discarded, it
/// cannot be read, or it names no order. (The intake gives a nameless one the message's id, which a letter has not
/// kept; a new id could make a second order of it.)
tl::expected<checkout::submission, std::string> submission_to_requeue(const kept_letter& k);

/// The order is there, since now or since before: nobody needs the letter any more.
inline bool settles_letter(const acceptance& decided) { return decided.accepted; }
/// What became of it, for people.
std::string requeue_text(const acceptance& decided);

} // namespace sagad
