using Touchline.Collectors.Host.Network;

namespace Touchline.Collectors.Tests.Host.Network;

public sealed class WifiCollectorTests
{
    private const byte GetInterfaces = 5;

    private static readonly byte[] Name = [10, 0, 4, 0, .. "wlan0\0"u8, 0, 0];

    [Fact]
    public void Kernel_without_wireless_networks_has_nothing_here()
    {
        using var collector = new WifiCollector((_, _, _) => false);

        Assert.Empty(BareMachine.Samples(collector));
        Assert.NotNull(collector.Absence);
    }

    [Fact]
    public void Question_that_a_driver_refuses_costs_its_own_figures()
    {
        using var collector = new WifiCollector((command, _, take) =>
        {
            if (command != GetInterfaces)
            {
                throw new IOException("netlink refuses: Operation not supported");
            }
            take(Name);
            return true;
        });

        Assert.Equal(["node_wifi_interface_frequency_hertz{device=\"wlan0\"} 0"], BareMachine.Samples(collector));
    }

    /// <summary>Whatever of a message is cut off, or says that it is longer than it is.</summary>
    [Fact]
    public void Broken_messages_are_survived()
    {
        byte[] network = [36, 0, 47, 128, 10, 0, 1, 0, 1, 2, 3, 4, 5, 6, 0, 0, 9, 0, 6, 0, 0, 3, 65, 66, 67, 0, 0, 0, 8, 0, 9, 0, 1, 0, 0, 0];
        byte[] station = [24, 0, 21, 128, 5, 0, 7, 0, 200, 0, 0, 0, 12, 0, 8, 128, 8, 0, 5, 0, 1, 0, 0, 0];
        byte[] whole = [.. network, .. station];
        for (var length = 0; length <= whole.Length; length++)
        {
            for (var at = 0; at < length; at++)
            {
                var broken = whole[..length];
                broken[at] = 255;
                using var collector = new WifiCollector((command, _, take) =>
                {
                    take(command == GetInterfaces ? Name : broken);
                    return true;
                });
                Assert.NotEmpty(BareMachine.Samples(collector));
            }
        }
    }

    [Fact]
    public void Kernel_is_asked_by_the_name_of_its_part()
    {
        var names = new List<string>();

        Assert.True(new GenericNetlink(GenericNetlink.Controller).TryDump(
            GenericNetlink.ListFamilies, [], message => names.Add(System.Text.Encoding.ASCII.GetString(NetlinkAttributes.Find(message, GenericNetlink.FamilyName)))));

        Assert.Contains("nlctrl\0", names);
        Assert.False(new GenericNetlink("no_such_part").TryDump(GetInterfaces, [], _ => Assert.Fail("an answer of nobody")));
    }
}
