#include "slurm_in_a_folder.h"

#include <cstdlib>
#include <random>
#include <unistd.h>

#include <fmt/format.h>

#include "base/error.h"
#include "base/process.h"

namespace sciwright {
namespace {

namespace fs = std::filesystem;

CommandResult shell(const std::string& command) {
  return run_command({.arguments = {"sh", "-c", command}, .time_limit_s = 60});
}

void write_secret(const fs::path& file, const std::string& content) {
  write_file_atomic(file, content);
  fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
}

std::string short_host_name() {
  const std::string name = host_name();
  return name.substr(0, name.find('.'));
}

}  // namespace

std::string SlurmInAFolder::obstacle() {
  if (::geteuid() != 0) return "slurmd needs root";
  const std::string missing = missing_programs(
      {"munged", "mariadb-install-db", "mariadbd", "slurmdbd", "slurmctld", "slurmd", "sbatch"});
  return missing.empty() ? "" : "not installed: " + missing;
}

SlurmInAFolder::SlurmInAFolder(Options options) : options_(options) {
  ::setenv("SLURM_CONF", path("slurm.conf").c_str(), 1);
  start_munge();
  write_configuration();
  if (options_.accounting) start_accounting();
  start_controller();
  node_ = Daemon({"slurmd", "-D"}, path("slurmd.out"));
  if (options_.accounting) {
    must("sacctmgr -i add account lab Cluster=box");
    must(fmt::format("sacctmgr -i add user root Account=lab DefaultAccount=lab MaxSubmitJobs={}",
                     options_.max_submit_jobs));
    must("sacctmgr -i modify user root set DefaultAccount=lab || true");
  }
  await("sinfo --noheader -o %T | grep -q idle", "the node");
}

SlurmInAFolder::~SlurmInAFolder() {
  if (controller_.is_running()) shell("scancel --me; scancel --me -s KILL");
  node_.stop();
  controller_.stop();
  accounting_.stop();
  database_.kill();
  munge_.stop();
  kill_processes_with("SLURM_CONF=" + path("slurm.conf"));
  ::unsetenv("SLURM_CONF");
}

void SlurmInAFolder::must(const std::string& shell_command) {
  const CommandResult result = shell(shell_command);
  if (result.succeeded()) return;
  throw Error(ErrorKind::kFailure,
              fmt::format("{}\n{}{}\n{}", shell_command, result.output, result.error,
                          shell("tail -n 5 " + path("*.out")).output));
}

void SlurmInAFolder::await(const std::string& shell_command, const char* what) {
  if (wait_until([&] { return shell(shell_command).succeeded(); }, 60)) return;
  throw Error(ErrorKind::kFailure, fmt::format("{} does not come up\n{}", what,
                                               shell("tail -n 20 " + path("*.out")).output));
}

void SlurmInAFolder::start_munge() {
  fs::create_directory(folder() / "munge");
  std::random_device random;  // a key that nobody else has, not a number of a result
  std::string key(1024, ' ');
  for (char& c : key) c = static_cast<char>(random());
  write_secret(folder() / "munge" / "key", key);
  const std::string own = path("munge/");
  munge_ = Daemon({"munged", "--foreground", "--force", "--key-file=" + own + "key",
                   "--socket=" + path("munge.socket"), "--pid-file=" + own + "pid",
                   "--log-file=" + own + "log", "--seed-file=" + own + "seed"},
                  path("munged.out"));
  await("munge -S " + path("munge.socket") + " -n", "munged");
}

void SlurmInAFolder::write_configuration() {
  const std::string host = short_host_name();
  std::string text = fmt::format(
      R"(ClusterName=box
SlurmctldHost={0}(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={1}/munge.socket
StateSaveLocation={1}/state
SlurmdSpoolDir={1}/spool
SlurmctldPort={2}
SlurmdPort={3}
SlurmctldPidFile={1}/slurmctld.pid
SlurmdPidFile={1}/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerParameters=batch_sched_delay=0,sched_interval=1
SlurmdParameters=config_overrides
ReturnToService=2
MpiDefault=none
KillWait=2
MessageTimeout=10
MinJobAge={4}
MaxArraySize={5}
NodeName={0} NodeAddr=127.0.0.1 CPUs={6} RealMemory=1000 State=UNKNOWN
PartitionName=batch Nodes=ALL Default=YES
)",
      host, folder().string(), controller_port_, node_port_, options_.min_job_age_s,
      options_.max_array_size, options_.num_cpus);
  if (options_.accounting) {
    text += fmt::format(
        "JobAcctGatherType=jobacct_gather/linux\nAccountingStorageType=accounting_storage/"
        "slurmdbd\n"
        "AccountingStorageHost=localhost\nAccountingStoragePort={}\n"
        "AccountingStoragePass={}/munge.socket\nAccountingStorageEnforce=limits\n",
        accounting_port_, folder().string());
  } else {
    text += "AccountingStorageType=accounting_storage/none\n";
  }
  for (const char* name : {"state", "spool"}) fs::create_directory(folder() / name);
  write_file_atomic(folder() / "slurm.conf", text);
}

void SlurmInAFolder::start_accounting() {
  must(
      fmt::format("mariadb-install-db --no-defaults --datadir={} --user=root "
                  "--auth-root-authentication-method=normal --skip-test-db",
                  path("database")));
  database_ =
      Daemon({"mariadbd", "--no-defaults", "--datadir=" + path("database"),
              "--socket=" + path("database.socket"), "--port=" + std::to_string(database_port_),
              "--bind-address=127.0.0.1", "--user=root", "--innodb-flush-log-at-trx-commit=0"},
             path("mariadbd.out"));
  await("mariadb-admin -S " + path("database.socket") + " ping", "mariadbd");
  must("mariadb -S " + path("database.socket") +
       " -e \"create database slurm_acct_db; create user slurm@'%' identified by 'slurm'; "
       "grant all on slurm_acct_db.* to slurm@'%'\"");
  write_secret(folder() / "slurmdbd.conf",
               fmt::format("AuthType=auth/munge\nAuthInfo=socket={0}/munge.socket\n"
                           "DbdHost=localhost\nDbdPort={1}\nSlurmUser=root\n"
                           "StorageType=accounting_storage/mysql\nStorageHost=127.0.0.1\n"
                           "StoragePort={2}\nStorageUser=slurm\nStoragePass=slurm\n"
                           "StorageLoc=slurm_acct_db\nPidFile={0}/slurmdbd.pid\n",
                           folder().string(), accounting_port_, database_port_));
  accounting_ = Daemon({"slurmdbd", "-D"}, path("slurmdbd.out"));
  await("sacctmgr -n show cluster", "slurmdbd");
  must("sacctmgr -i add cluster box");
}

void SlurmInAFolder::start_controller() {
  controller_ = Daemon({"slurmctld", "-D"}, path("slurmctld.out"));
  await("scontrol ping | grep -q UP", "slurmctld");
}

}  // namespace sciwright
