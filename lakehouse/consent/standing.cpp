#include "lakehouse/consent/standing.hpp"

#include <algorithm>

namespace stedi::lakehouse {

namespace {

DecidingStatement reason(const ConsentStatement& said, std::int64_t at_ms) {
  return {said.kind, said.received_ms, at_ms};
}

DecidingStatement later_of(const std::optional<DecidingStatement>& one, const DecidingStatement& other) {
  return one && one->at_ms >= other.at_ms ? *one : other;
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
      dated_withdrawal_ = later_of(dated_withdrawal_, reason(said, said.at_ms));
      return withdraw(reason(said, said.at_ms));
    case ConsentStatement::Kind::grant:
      return add_grant(said);
  }
}

void Standing::add_record(const ConsentStatement& said) {
  if (said.agreed_ms == 0) {
    add_refusal(said);
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

// A record that does not say when it was written, or not plausibly, withdraws as of its receipt; sent again
// it is no new withdrawal.
void Standing::add_refusal(const ConsentStatement& record) {
  const auto by = reason(record, record.is_dated ? record.at_ms : record.received_ms);
  if (record.is_dated) {
    dated_withdrawal_ = later_of(dated_withdrawal_, by);
    return withdraw(by);
  }
  const auto [copy, is_new] = undated_refusals_.emplace(record.canonical, by);
  if (is_new) return withdraw(by);
  if (copy->second.at_ms <= by.at_ms) return;
  copy->second = by;
  find_withdrawal_again();
}

// A copy that was received before the one known so far: the latest withdrawal may be earlier than it was.
void Standing::find_withdrawal_again() {
  withdrawn_ = dated_withdrawal_;
  for (const auto& [canonical, by] : undated_refusals_) withdrawn_ = later_of(withdrawn_, by);
  standing_.clear();
  standing_by_said_.clear();
  for (const auto& [from_ms, grant] : grants_) {
    if (withdrawn_ && grant.said_ms <= withdrawn_->at_ms) continue;
    standing_by_said_.emplace(grant.said_ms, from_ms);
    standing_.insert(from_ms);
  }
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
