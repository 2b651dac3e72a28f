#include "lakehouse/consent/standing.hpp"

#include <algorithm>

namespace stedi::lakehouse {

namespace {

DecidingStatement reason(const ConsentStatement& said, std::int64_t at_ms) {
  return {said.kind, said.received_ms, at_ms};
}

}  // namespace

std::string_view stand_name(Stand stand) {
  switch (stand) {
    case Stand::no_record:
      return "no_record";
    case Stand::not_granted:
      return "not_granted";
    case Stand::granted:
      return "granted";
    case Stand::ambiguous:
      return "ambiguous";
  }
  return "";
}

void Standing::add(const ConsentStatement& said) {
  switch (said.kind) {
    case ConsentStatement::Kind::record:
      return add_record(said);
    case ConsentStatement::Kind::withdraw:
      return withdraw(reason(said, said.at_ms));
    case ConsentStatement::Kind::grant:
      return add_grant(said);
  }
}

void Standing::add_record(const ConsentStatement& said) {
  if (said.agreed_ms == 0) {
    withdraw(reason(said, said.at_ms));
  } else {
    const std::int64_t said_ms = std::min(said.agreed_ms, said.received_ms);
    const auto copy = record_said_ms_.emplace(said.canonical, said_ms).first;
    copy->second = std::min(copy->second, said_ms);
  }
  if (!current_ || said.at_ms > current_->at_ms) {
    current_ = said;
    disagrees_ = false;
    return;
  }
  if (said.at_ms < current_->at_ms) return;
  disagrees_ = disagrees_ || said.agreed_ms != current_->agreed_ms || said.trainer_id != current_->trainer_id;
  const bool ranks_first = said.canonical == current_->canonical ? said.ingest_id < current_->ingest_id
                                                                 : said.canonical > current_->canonical;
  if (ranks_first) current_ = said;
}

void Standing::withdraw(const DecidingStatement& by) {
  if (withdrawn_ && withdrawn_->at_ms >= by.at_ms) return;
  withdrawn_ = by;
  while (!standing_by_said_.empty() && standing_by_said_.begin()->first <= by.at_ms) {
    standing_.erase(standing_by_said_.begin()->second);
    standing_by_said_.erase(standing_by_said_.begin());
  }
}

void Standing::add_grant(const ConsentStatement& said) {
  const Grant grant{std::min(said.at_ms, said.received_ms), reason(said, said.at_ms)};
  const auto [known, is_new] = grants_.emplace(said.at_ms, grant);
  if (!is_new && known->second.said_ms <= grant.said_ms) return;
  standing_by_said_.erase({known->second.said_ms, said.at_ms});
  standing_.erase(said.at_ms);
  known->second = grant;
  if (withdrawn_ && grant.said_ms <= withdrawn_->at_ms) return;
  standing_by_said_.emplace(grant.said_ms, said.at_ms);
  standing_.insert(said.at_ms);
}

std::optional<DecidingStatement> Standing::best_grant() const {
  std::optional<DecidingStatement> best;
  if (!standing_.empty()) best = grants_.at(*standing_.begin()).by;
  if (current_->agreed_ms == 0) return best;
  const std::int64_t said_ms = record_said_ms_.at(current_->canonical);
  if (withdrawn_ && said_ms <= withdrawn_->at_ms) return best;
  if (best && best->at_ms <= current_->agreed_ms) return best;
  return reason(*current_, current_->agreed_ms);
}

Verdict Standing::verdict() const {
  if (!current_) return {};
  if (disagrees_) return {Stand::ambiguous, std::nullopt, reason(*current_, current_->at_ms)};
  if (const auto grant = best_grant()) return {Stand::granted, grant->at_ms, grant};
  return {Stand::not_granted, std::nullopt, withdrawn_};
}

}  // namespace stedi::lakehouse
