#include "experiment/schedulers.h"

#include <algorithm>
#include <sstream>

namespace sciwright::experiment {
namespace {

std::vector<std::string> words(const char* text) {
  std::istringstream stream(text);
  std::vector<std::string> out;
  for (std::string word; stream >> word;) out.push_back(word);
  return out;
}

Scheduler slurm() {
  Scheduler s;
  s.name = "Slurm";
  s.prefix = "#SBATCH";
  s.command = "sbatch";
  s.variable_prefix = "SLURM_";
  s.long_options = words(
      "account acctg-freq array batch bb bbf begin chdir cluster-constraint clusters comment "
      "constraint container contiguous core-spec cores-per-socket cpu-freq cpus-per-gpu "
      "cpus-per-task deadline delay-boot dependency distribution error exclude exclusive export "
      "export-file extra-node-info get-user-env gid gpu-bind gpu-freq gpus gpus-per-node "
      "gpus-per-socket gpus-per-task gres gres-flags hint hold ignore-pbs input job-name "
      "kill-on-invalid-dep licenses mail-type mail-user mcs-label mem mem-bind mem-per-cpu "
      "mem-per-gpu mincpus network nice no-kill no-requeue nodefile nodelist nodes ntasks "
      "ntasks-per-core ntasks-per-gpu ntasks-per-node ntasks-per-socket open-mode output "
      "overcommit oversubscribe parsable partition power prefer priority profile propagate qos "
      "quiet reboot requeue reservation signal sockets-per-node spread-job switches test-only "
      "thread-spec threads-per-core time time-min tmp tres-per-task uid use-min-nodes verbose "
      "wait wait-all-nodes wckey wrap");
  s.short_options = words(
      "A=account a=array B=extra-node-info b=begin C=constraint c=cpus-per-task d=dependency "
      "D=chdir e=error F=nodefile G=gpus H=hold i=input J=job-name k=no-kill L=licenses "
      "M=clusters m=distribution N=nodes n=ntasks O=overcommit o=output p=partition Q=quiet "
      "q=qos S=core-spec s=oversubscribe t=time v=verbose W=wait w=nodelist x=exclude");
  s.variables = words(
      "SLURM_ARRAY_JOB_ID SLURM_ARRAY_TASK_COUNT SLURM_ARRAY_TASK_ID SLURM_ARRAY_TASK_MAX "
      "SLURM_ARRAY_TASK_MIN SLURM_ARRAY_TASK_STEP SLURM_CLUSTER_NAME SLURM_CONF "
      "SLURM_CPUS_ON_NODE SLURM_CPUS_PER_GPU SLURM_CPUS_PER_TASK SLURM_DISTRIBUTION "
      "SLURM_EXPORT_ENV SLURM_GPUS SLURM_GPUS_ON_NODE SLURM_GPUS_PER_NODE SLURM_GPUS_PER_TASK "
      "SLURM_GTIDS SLURM_HET_SIZE SLURM_JOB_ACCOUNT SLURM_JOB_CPUS_PER_NODE "
      "SLURM_JOB_DEPENDENCY SLURM_JOB_END_TIME SLURM_JOB_GPUS SLURM_JOB_ID SLURM_JOB_NAME "
      "SLURM_JOB_NODELIST SLURM_JOB_NUM_NODES SLURM_JOB_PARTITION SLURM_JOB_QOS "
      "SLURM_JOB_RESERVATION SLURM_JOB_START_TIME SLURM_JOB_USER SLURM_LOCALID SLURM_MEM_PER_CPU "
      "SLURM_MEM_PER_GPU SLURM_MEM_PER_NODE SLURM_NNODES SLURM_NODEID SLURM_NODELIST SLURM_NPROCS "
      "SLURM_NTASKS SLURM_NTASKS_PER_CORE SLURM_NTASKS_PER_GPU SLURM_NTASKS_PER_NODE SLURM_PROCID "
      "SLURM_RESTART_COUNT SLURM_STEP_ID SLURM_SUBMIT_DIR SLURM_SUBMIT_HOST SLURM_TASKS_PER_NODE "
      "SLURM_TASK_PID SLURM_THREADS_PER_CORE SLURM_TMPDIR SLURM_JOBID SLURMD_NODENAME");
  return s;
}

Scheduler lsf() {
  Scheduler s;
  s.name = "LSF";
  s.prefix = "#BSUB";
  s.command = "bsub";
  s.variable_prefix = "LSB_";
  // LSF's options have one dash, whatever their length.
  s.short_options = words(
      "a alloc_flags app ar B b C c clusters cn_cu cn_mem core_isolation csm cwd D data datachk "
      "E Ep e env eo eptl ext F f freq G g gpu H hl hostfile I Ip IS ISp ISs Is IX i is J Jd jsm K "
      "k "
      "L Lp M m mig n N network nnodes notify o oo outdir P p pack ptl Q q R r rcacct rn rnc S s "
      "sla "
      "smt sp step_cgroup stage T t tty U u ul v W We w wa wt x XF Zs");
  s.variables = words(
      "LSB_JOBID LSB_JOBINDEX LSB_JOBNAME LSB_HOSTS LSB_MCPU_HOSTS LSB_DJOB_NUMPROC LSB_QUEUE "
      "LSB_SUBCWD LSB_JOB_CWD LSB_OUTDIR LSB_DJOB_HOSTFILE LSB_JOBFILENAME LSB_MAX_NUM_PROCESSORS "
      "LSB_ERRORFILE LSB_OUTPUTFILE LSB_JOBINDEX_END LSB_JOBINDEX_STEP LSB_BATCH_JID LSB_SUB_HOST");
  return s;
}

Scheduler pbs() {
  Scheduler s;
  s.name = "PBS";
  s.prefix = "#PBS";
  s.command = "qsub";
  s.variable_prefix = "PBS_";
  s.short_options = words("A a C c e f G h I J j k L l M m N o P p q R r S u V v W X z");
  s.variables = words(
      "PBS_ARRAYID PBS_ARRAY_ID PBS_ARRAY_INDEX PBS_ENVIRONMENT PBS_GPUFILE PBS_HOME PBS_JOBCOOKIE "
      "PBS_JOBDIR PBS_JOBID PBS_JOBNAME PBS_MOMPORT PBS_NNODES PBS_NODEFILE PBS_NODENUM PBS_NP "
      "PBS_NUM_NODES PBS_NUM_PPN PBS_O_HOME PBS_O_HOST PBS_O_LANG PBS_O_LOGNAME PBS_O_MAIL "
      "PBS_O_PATH PBS_O_QUEUE PBS_O_SHELL PBS_O_SYSTEM PBS_O_WORKDIR PBS_QUEUE PBS_SERVER "
      "PBS_TASKNUM PBS_WALLTIME");
  return s;
}

}  // namespace

const std::vector<Scheduler>& schedulers() {
  static const std::vector<Scheduler> kAll = {slurm(), lsf(), pbs()};
  return kAll;
}

const Scheduler* scheduler_of_prefix(std::string_view prefix) {
  for (const Scheduler& scheduler : schedulers()) {
    if (scheduler.prefix == prefix) return &scheduler;
  }
  return nullptr;
}

}  // namespace sciwright::experiment
