#pragma once

#include <string>

#include "workflow/definition.h"

namespace sciwright::coordinator {

/// Whether a host is this machine: empty, localhost, local, 127.0.0.1, or its name.
bool is_this_machine(const std::string& host);

/// "user@host" as ssh takes it.
std::string ssh_target(const workflow::Node& node);

/// Name of the site that runs a node, also of its folder: "local", "slurm", "lsf", "pbs",
/// "ssh_user@host"; empty for a node without a process. A node of kind ssh goes by ssh also to this
/// machine.
std::string site_of(const workflow::Node& node);

/// How people call a site: the host of ssh, else its name.
std::string title_of_site(const std::string& site);

/// The host of an ssh site; empty for others.
std::string ssh_host_of(const std::string& site);

/// Settings of a site: those of the file for "user@host", "host", "localhost", "slurm", …
workflow::HostSettings settings_of(const workflow::Definition& definition, const std::string& site);

}  // namespace sciwright::coordinator
