#include "jobs/slurm_words.h"

#include <array>
#include <utility>

#include <fmt/format.h>

namespace sciwright::jobs {
namespace {

using Words = std::pair<std::string_view, std::string_view>;

constexpr std::array<std::string_view, 6> kUnreachable = {
    "Unable to contact slurm controller",
    "Could not establish a configuration source",
    "Socket timed out",
    "Connection refused",
    "Zero Bytes were transmitted",
    "backup controller"};

constexpr std::array<std::string_view, 5> kNoRoom = {"SubmitJobLimit", "QOSMaxSubmitJob",
                                                     "QOSGrpSubmitJobs", "job submit limit",
                                                     "temporarily unable to accept job"};

/// Parts of sbatch's messages, more particular ones first.
constexpr std::array<Words, 19> kErrors = {{
    {"invalid partition", "There is no such partition; `sinfo` lists them."},
    {"Invalid partition", "There is no such partition; `sinfo` lists them."},
    {"Invalid account",
     "You may not charge this account, or not in this partition; `sacctmgr show "
     "assoc where user=$USER` lists yours."},
    {"Invalid qos",
     "You may not use this QOS; `sacctmgr show assoc where user=$USER` lists yours."},
    {"Memory specification", "No node of the partition has that much memory."},
    {"Invalid generic resource", "No node of the partition has such a GPU or other resource."},
    {"Invalid feature", "No node has the feature that was asked for (--constraint)."},
    {"Requested node configuration",
     "No node of the partition has what is asked for; ask for less "
     "or for another partition."},
    {"Node count specification", "The partition does not have that many nodes."},
    {"More processors requested", "The partition does not have that many processors."},
    {"Requested time limit is invalid",
     "The time limit is longer than the partition or the account "
     "allows; `sinfo -o '%P %l'` shows the limits."},
    {"Invalid --time", "The time limit cannot be read; write minutes or D-HH:MM:SS."},
    {"Invalid job array", "The array is larger than the site allows (MaxArraySize)."},
    {"unrecognized option", "There is no such option of sbatch."},
    {"invalid option", "There is no such option of sbatch."},
    {"not permitted to use this partition", "Your group may not use this partition."},
    {"partition is not available", "The partition is down or does not start jobs now."},
    {"AssocMaxSubmitJobLimit", "The account lets you have no more jobs at a time."},
    {"Job violates accounting/QOS policy",
     "The job asks for more than the account or QOS allows "
     "(nodes, time, memory or jobs at a time)."},
}};

/// Parts of reasons, more particular ones first.
constexpr std::array<Words, 23> kReasons = {{
    {"Priority", "Other jobs come first; it starts when it is its turn."},
    {"Resources", "It is next and waits until what it asks for is free."},
    {"DependencyNeverSatisfied",
     "A job it depends on did not succeed, so it will never start; "
     "cancel it."},
    {"Dependency", "It waits for the jobs it depends on."},
    {"JobArrayTaskLimit", "The array's own limit on tasks at a time (%) is reached."},
    {"JobHeldUser", "It is held by its owner; `scontrol release` lets it go."},
    {"JobHeldAdmin", "It is held by an administrator; ask the site."},
    {"job requeued in held state",
     "It failed to start and is held; `scontrol release` tries again."},
    {"launch failed requeued held",
     "It failed to start and is held; `scontrol release` tries "
     "again."},
    {"BeginTime", "It is not to start before a time that lies ahead."},
    {"ReqNodeNotAvail",
     "A node it needs is down, reserved or drained; it may start after a "
     "maintenance."},
    {"PartitionTimeLimit", "It asks for more time than the partition allows; ask for less."},
    {"PartitionNodeLimit", "It asks for more nodes than the partition allows; ask for fewer."},
    {"PartitionConfig",
     "It asks for something the partition does not have; ask for less or for "
     "another partition."},
    {"PartitionDown", "The partition is down."},
    {"PartitionInactive", "The partition starts no jobs now."},
    {"BadConstraints", "No node can ever have what it asks for; cancel it and ask for less."},
    {"Licenses", "It waits for a licence."},
    {"Reservation", "It waits for its reservation."},
    {"NodeDown", "A node it needs is down."},
    {"InvalidAccount", "Its account is not valid any more; ask the site."},
    {"InvalidQOS", "Its QOS is not valid any more; ask the site."},
    {"Cleaning", "Its last run is being cleaned up."},
}};

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

/// Reasons like QOSMaxGRESPerUser or AssocGrpCpuLimit are made of parts.
std::string explain_limit(std::string_view reason) {
  std::string_view whose;
  if (contains(reason, "PerUser") || contains(reason, "PU"))
    whose = "you may have at a time";
  else if (contains(reason, "PerJob"))
    whose = "one job may have";
  else if (contains(reason, "Grp"))
    whose = "your group may have at a time";
  else
    whose = "you may have at a time";
  std::string_view what = "jobs";
  for (const Words& part :
       {Words{"GRES", "GPUs"}, Words{"Cpu", "processors"}, Words{"CPU", "processors"},
        Words{"Mem", "memory"}, Words{"Node", "nodes"}, Words{"Wall", "time"}}) {
    if (contains(reason, part.first)) what = part.second;
  }
  return fmt::format("The limit on the {} that {} is reached ({}).", what, whose,
                     reason.starts_with("QOS") ? "set by the QOS" : "set for the account");
}

}  // namespace

SlurmRefusal slurm_refusal(std::string_view error) {
  for (const std::string_view part : kUnreachable) {
    if (contains(error, part)) return SlurmRefusal::kUnreachable;
  }
  for (const std::string_view part : kNoRoom) {
    if (contains(error, part)) return SlurmRefusal::kNoRoom;
  }
  return SlurmRefusal::kRefused;
}

std::string explain_sbatch_error(std::string_view error) {
  while (error.ends_with('\n')) error.remove_suffix(1);
  for (const auto& [part, words] : kErrors) {
    if (contains(error, part)) return fmt::format("{} sbatch said: {}", words, error);
  }
  return fmt::format("sbatch refused the job: {}", error);
}

std::string explain_pending_reason(std::string_view reason) {
  if (reason.empty() || reason == "None") return "Slurm has not looked at it yet.";
  if (reason.starts_with("QOS") || reason.starts_with("Assoc")) return explain_limit(reason);
  for (const auto& [part, words] : kReasons) {
    if (contains(reason, part)) return std::string(words);
  }
  return fmt::format("Slurm's reason is {}.", reason);
}

}  // namespace sciwright::jobs
