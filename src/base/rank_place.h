#pragma once

#include <map>
#include <string>

namespace sciwright {

/// Where this process stands among those that train one model together.
struct RankPlace {
  int rank = 0;                              ///< 0 … size - 1; rank 0 writes the run folder.
  int size = 1;                              ///< 1: alone.
  int local_rank = 0;                        ///< Among those of its machine: the number of its GPU.
  std::string master_address = "127.0.0.1";  ///< Machine of rank 0.
  int master_port = 29500;                   ///< Where rank 0 listens.
};

/// Reads the place from the environment that started the process: RANK, WORLD_SIZE, LOCAL_RANK,
/// MASTER_ADDR and MASTER_PORT as torchrun sets them; else mpirun's (Open MPI, MPICH, Intel MPI);
/// else srun's. MASTER_ADDR and MASTER_PORT count beside all three; without them srun's list of
/// machines gives the address and its job the port. None of them: alone. Throws one usage error
/// with all that is missing or no number.
RankPlace rank_place(const std::map<std::string, std::string>& environment);

/// "gpu07" of Slurm's "gpu[07,09-12],login1": the first machine of a list.
std::string first_machine(const std::string& machines);

}  // namespace sciwright
