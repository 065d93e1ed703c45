#pragma once

#include <string>

namespace sciwright::energy {

/// Two GPUs as a driver of 2021 writes them (names of the elements after nvidia-smi 470).
inline const std::string kOldSmiXml = R"(<?xml version="1.0" ?>
<!DOCTYPE nvidia_smi_log SYSTEM "nvsmi_device_v11.dtd">
<nvidia_smi_log>
  <timestamp>Sun Nov 22 00:04:28 2026</timestamp>
  <driver_version>470.82.01</driver_version>
  <cuda_version>11.4</cuda_version>
  <attached_gpus>2</attached_gpus>
  <gpu id="00000000:07:00.0">
    <product_name>NVIDIA A100-SXM4-40GB</product_name>
    <product_brand>NVIDIA</product_brand>
    <vbios_version>92.00.45.00.03</vbios_version>
    <inforom_version>
      <img_version>G506.0200.00.04</img_version>
    </inforom_version>
    <fan_speed>N/A</fan_speed>
    <fb_memory_usage>
      <total>40536 MiB</total>
      <used>19161 MiB</used>
      <free>21375 MiB</free>
    </fb_memory_usage>
    <utilization>
      <gpu_util>100 %</gpu_util>
      <memory_util>75 %</memory_util>
      <encoder_util>0 %</encoder_util>
      <decoder_util>0 %</decoder_util>
    </utilization>
    <temperature>
      <gpu_temp>62 C</gpu_temp>
    </temperature>
    <power_readings>
      <power_draw>316.64 W</power_draw>
      <power_limit>400.00 W</power_limit>
    </power_readings>
    <clocks>
      <sm_clock>1410 MHz</sm_clock>
    </clocks>
    <processes>
      <process_info>
        <gpu_instance_id>N/A</gpu_instance_id>
        <compute_instance_id>N/A</compute_instance_id>
        <pid>4711</pid>
        <type>C</type>
        <process_name>/usr/bin/python</process_name>
        <used_memory>19158 MiB</used_memory>
      </process_info>
    </processes>
  </gpu>
  <gpu id="00000000:0B:00.0">
    <product_name>NVIDIA A100-SXM4-40GB</product_name>
    <fan_speed>N/A</fan_speed>
    <fb_memory_usage>
      <total>40536 MiB</total>
      <used>0 MiB</used>
      <free>40536 MiB</free>
    </fb_memory_usage>
    <utilization>
      <gpu_util>0 %</gpu_util>
      <memory_util>0 %</memory_util>
    </utilization>
    <temperature>
      <gpu_temp>31 C</gpu_temp>
    </temperature>
    <power_readings>
      <power_draw>N/A</power_draw>
    </power_readings>
    <processes>
    </processes>
  </gpu>
</nvidia_smi_log>
)";

/// One GPU as a driver of 2024 writes it: power has new names.
inline const std::string kNewSmiXml = R"(<?xml version="1.0" ?>
<!DOCTYPE nvidia_smi_log SYSTEM "nvsmi_device_v12.dtd">
<nvidia_smi_log>
  <timestamp>Sun Nov 22 00:04:30 2026</timestamp>
  <driver_version>570.86.15</driver_version>
  <gpu id="00000000:07:00.0">
    <product_name>NVIDIA H100 80GB HBM3</product_name>
    <temperature>
      <gpu_temp>40 C</gpu_temp>
    </temperature>
    <gpu_power_readings>
      <power_state>P0</power_state>
      <average_power_draw>118.20 W</average_power_draw>
      <instant_power_draw>120.50 W</instant_power_draw>
    </gpu_power_readings>
  </gpu>
</nvidia_smi_log>
)";

}  // namespace sciwright::energy
