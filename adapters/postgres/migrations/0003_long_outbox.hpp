#pragma once

namespace sagad::postgres {

/// Schema 3: an outbox that has grown long while the broker was away is caught up on without sorting it each time.
inline constexpr auto long_outbox = R"sql(

-- Who claims takes the longest idle first, a few at a time. An order that ends soon inserts and deletes its row and
-- changes nothing in between: to it the index costs one insertion, at its end.
CREATE INDEX idle_outbox ON outbox (touched_at);

)sql";

} // namespace sagad::postgres
