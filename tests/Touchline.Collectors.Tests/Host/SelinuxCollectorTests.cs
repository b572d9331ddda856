using Touchline.Collectors.Host;

namespace Touchline.Collectors.Tests.Host;

public sealed class SelinuxCollectorTests
{
    [Theory]
    [InlineData("1", "SELINUX=enforcing", 1, 1)]
    [InlineData("0", "# SELINUX=enforcing\nSELINUX=permissive\nSELINUXTYPE=targeted", 0, 0)]
    [InlineData("0", "SELINUX=disabled", 0, -1)]
    [InlineData("", "", -1, -1)]
    public void Modes_are_those_of_the_kernel_and_of_the_configuration(string enforce, string config, double current, double configured)
    {
        using var machine = new BareMachine();
        machine.Write("sys/fs/selinux/enforce", enforce);
        machine.Write("root/etc/selinux/config", config);

        Assert.Equal(
            [$"node_selinux_config_mode {configured}", $"node_selinux_current_mode {current}", "node_selinux_enabled 1"],
            BareMachine.Samples(new SelinuxCollector(machine.Options)));
    }

    [Fact]
    public void Without_a_policy_it_is_not_enabled()
    {
        using var machine = new BareMachine();
        machine.Write("sys/fs/selinux/enforce", "0");
        machine.Write("proc/self/attr/current", "kernel\0");

        Assert.Equal(["node_selinux_enabled 0"], BareMachine.Samples(new SelinuxCollector(machine.Options)));
    }
}
