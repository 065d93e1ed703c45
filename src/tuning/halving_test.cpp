#include "tuning/halving.h"

#include <gtest/gtest.h>

namespace sciwright::tuning {
namespace {

using Kind = Step::Kind;

/// Three budgets, of three one goes on.
class Halving : public testing::Test {
 protected:
  void SetUp() override {
    settings_.better = "higher";
    settings_.trials = 9;
    settings_.budgets = {1, 3, 9};
  }

  void start(std::size_t trial, std::size_t rung, int attempt = 1) {
    Event event;
    event.trial = trial;
    event.rung = rung;
    event.attempt = attempt;
    event.experiment = "t" + std::to_string(trial) + "r" + std::to_string(rung);
    state_.apply(event);
  }
  void end(std::size_t trial, std::size_t rung, std::optional<double> value, int attempt = 1) {
    Event event;
    event.kind = Event::Kind::kEnd;
    event.trial = trial;
    event.rung = rung;
    event.attempt = attempt;
    event.value = value;
    state_.apply(event);
  }
  void release(std::size_t trial, std::size_t rung, int attempt = 1) {
    Event event;
    event.kind = Event::Kind::kReleased;
    event.trial = trial;
    event.rung = rung;
    event.attempt = attempt;
    state_.apply(event);
  }
  void expect(Kind kind, std::size_t trial = 0, std::size_t rung = 0) const {
    const Step step = next_step(state_, settings_, true);
    EXPECT_EQ(step.kind, kind);
    EXPECT_EQ(step.trial, trial);
    EXPECT_EQ(step.rung, rung);
  }

  TuneSettings settings_;
  TuneState state_{3};
};

TEST_F(Halving, StartsTrialsUntilThreeHaveEnded) {
  expect(Kind::kNew, 0);
  start(0, 0);
  expect(Kind::kNew, 1);
  start(1, 0);
  end(0, 0, 0.5);
  end(1, 0, 0.7);
  expect(Kind::kNew, 2);
  start(2, 0);
  end(2, 0, 0.6);
  expect(Kind::kPromote, 1, 1);
  start(1, 1);
  expect(Kind::kNew, 3);
}

TEST_F(Halving, PromotesFromTheTopDown) {
  for (std::size_t t = 0; t < 9; ++t) {
    start(t, 0);
    end(t, 0, static_cast<double>(t));
  }
  expect(Kind::kPromote, 8, 1);
  for (const std::size_t t : {8U, 7U}) {
    start(t, 1);
    end(t, 1, static_cast<double>(t));
  }
  expect(Kind::kPromote, 6, 1);
  start(6, 1);
  expect(Kind::kWait);
  end(6, 1, 100);
  expect(Kind::kPromote, 6, 2);
  start(6, 2);
  end(6, 2, 1);
  expect(Kind::kDone);
}

TEST_F(Halving, KnowsThatLessMayBeBetter) {
  settings_.better = "lower";
  for (std::size_t t = 0; t < 3; ++t) {
    start(t, 0);
    end(t, 0, static_cast<double>(t));
  }
  expect(Kind::kPromote, 0, 1);
}

TEST_F(Halving, NeverPromotesWhatHasNoValue) {
  for (std::size_t t = 0; t < 9; ++t) {
    start(t, 0);
    end(t, 0, t == 4 ? std::optional(0.1) : std::nullopt);
  }
  expect(Kind::kPromote, 4, 1);
  start(4, 1);
  end(4, 1, 0.1);
  expect(Kind::kDone);
}

TEST_F(Halving, RanksAllTrialsByHowFarTheyCame) {
  for (std::size_t t = 0; t < 5; ++t) {
    start(t, 0);
    end(t, 0, t == 3 ? std::nullopt : std::optional(static_cast<double>(t)));
  }
  start(0, 1);
  end(0, 1, -1);
  start(4, 1);
  end(4, 1, std::nullopt);
  start(5, 0);
  EXPECT_EQ(overall_ranking(state_, settings_), (std::vector<std::size_t>{0, 4, 2, 1, 3}));
}

TEST_F(Halving, TakesFirstWhatWasReleased) {
  start(0, 0);
  start(1, 0);
  release(0, 0);
  expect(Kind::kRetry, 0, 0);
  start(0, 0, 2);
  expect(Kind::kNew, 2);
}

TEST_F(Halving, StopsWhenNoCombinationIsLeft) {
  start(0, 0);
  EXPECT_EQ(next_step(state_, settings_, false).kind, Kind::kWait);
  end(0, 0, 1);
  EXPECT_EQ(next_step(state_, settings_, false).kind, Kind::kDone);
}

TEST_F(Halving, IgnoresEventsThatCameTooLate) {
  start(0, 0);
  release(0, 0);
  end(0, 0, 0.5);  // of the first attempt
  EXPECT_EQ(state_.find(0, 0)->phase, RungState::Phase::kOpen);
  start(0, 0, 2);
  end(0, 0, 0.5, 1);
  EXPECT_EQ(state_.find(0, 0)->phase, RungState::Phase::kRunning);
  start(0, 0, 3);
  EXPECT_EQ(state_.find(0, 0)->attempt, 2);
  end(0, 0, 0.7, 2);
  end(0, 0, 0.9, 2);
  EXPECT_EQ(state_.find(0, 0)->value, 0.7);
  start(5, 0);
  start(0, 2);
  EXPECT_EQ(state_.trials().size(), 1U);
  EXPECT_EQ(state_.trials()[0].rungs.size(), 1U);
  EXPECT_EQ(state_.num_running(), 0U);
}

}  // namespace
}  // namespace sciwright::tuning
