// The reference detector on a simulation's trainers, scored against the simulation's truth.
#pragma once

#include <cstdint>

#include "firmware_sim/detector/score.hpp"
#include "firmware_sim/detector/step_detector.hpp"
#include "firmware_sim/people/simulation.hpp"

namespace stedi::firmware {

// Which clock the true times are put on before they are compared with what the trainer's clock says.
enum class Alignment {
  true_time,      // none: who does not know the trainer's clock offset
  trainer_clock,  // the trainer's own: what is left is the detector's error
};

// Over all people who have a trainer. Holds one person's steps at a time.
Score score_simulation(const Simulation& simulation, Alignment alignment, std::int64_t tolerance_ms,
                       DetectorLimits limits = {});

}  // namespace stedi::firmware
