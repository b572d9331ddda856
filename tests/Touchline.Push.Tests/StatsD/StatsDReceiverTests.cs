using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Touchline.Push.StatsD;

namespace Touchline.Push.Tests.StatsD;

public sealed class StatsDReceiverTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("touchline-statsd-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Lines_are_taken_over_udp_tcp_and_a_unix_socket()
    {
        var path = Path.Combine(_folder, "statsd.sock");
        var registry = new StatsDRegistry(new StatsDOptions { UdpAddress = "127.0.0.1:0", TcpAddress = "127.0.0.1:0", UnixgramPath = path }, TimeProvider.System);
        await using var receiver = new StatsDReceiver(registry, NullLogger<StatsDReceiver>.Instance);
        receiver.Start();
        using var udp = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        await udp.SendToAsync(Encoding.UTF8.GetBytes("udp:1|c\nudp:2|c\r\n"), receiver.UdpEndPoint!);
        using var unix = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        await unix.SendToAsync(Encoding.UTF8.GetBytes("unix:5|g"), new UnixDomainSocketEndPoint(path));
        using var tcp = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await tcp.ConnectAsync(receiver.TcpEndPoint!);
        await tcp.SendAsync(Encoding.UTF8.GetBytes("tcp:1|c\ntcp:"));
        await tcp.SendAsync(Encoding.UTF8.GetBytes("3|c"));
        tcp.Shutdown(SocketShutdown.Send);

        // A sample is counted before it is taken.
        (string, double)[] expected = [("tcp", 4.0), ("udp", 3.0), ("unix", 5.0)];
        await UntilAsync(() => expected.SequenceEqual(registry.Families().Select(f => (f.Name, f.Metrics[0].Value))));

        Assert.Equal(5, registry.Figures.Samples);
        Assert.Equal((1, 1, 1), (registry.Figures.UdpPackets, registry.Figures.UnixgramPackets, registry.Figures.TcpConnections));
    }

    [Fact]
    public async Task A_line_without_end_is_cut_off_and_others_are_served()
    {
        var registry = new StatsDRegistry(new StatsDOptions { TcpAddress = "127.0.0.1:0" }, TimeProvider.System);
        await using var receiver = new StatsDReceiver(registry, NullLogger<StatsDReceiver>.Instance);
        receiver.Start();
        using var endless = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await endless.ConnectAsync(receiver.TcpEndPoint!);
        await endless.SendAsync(new byte[16 * 1024]);
        await UntilAsync(() => registry.Figures.TcpTooLong == 1);
        using var other = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await other.ConnectAsync(receiver.TcpEndPoint!);
        await other.SendAsync(Encoding.UTF8.GetBytes("x:1|c\n"));
        await UntilAsync(() => registry.Figures.Samples == 1);
    }

    [Fact]
    public async Task A_socket_that_a_killed_process_left_is_replaced_and_another_file_is_not()
    {
        var abandoned = Path.Combine(_folder, "abandoned.sock");
        using (var left = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified))
        {
            // The runtime takes the file away with the socket, unless it has another name by then.
            left.Bind(new UnixDomainSocketEndPoint(Path.Combine(_folder, "bound.sock")));
            File.Move(Path.Combine(_folder, "bound.sock"), abandoned);
        }
        Assert.True(File.Exists(abandoned));
        var registry = new StatsDRegistry(new StatsDOptions { UnixgramPath = abandoned }, TimeProvider.System);
        await using (var receiver = new StatsDReceiver(registry, NullLogger<StatsDReceiver>.Instance))
        {
            receiver.Start();
            using var unix = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            await unix.SendToAsync(Encoding.UTF8.GetBytes("x:5|g"), new UnixDomainSocketEndPoint(abandoned));
            await UntilAsync(() => registry.Figures.Samples == 1);
        }
        Assert.False(File.Exists(abandoned));
        var file = Path.Combine(_folder, "file");
        await File.WriteAllTextAsync(file, "");
        await using (var receiver = new StatsDReceiver(new StatsDRegistry(new StatsDOptions { UnixgramPath = file }, TimeProvider.System), NullLogger<StatsDReceiver>.Instance))
        {
            receiver.Start();
        }
        Assert.True(File.Exists(file));
    }

    [Fact]
    public async Task Wrong_mappings_take_nothing_rather_than_other_names()
    {
        var mapping = Path.Combine(_folder, "mapping.yml");
        await File.WriteAllTextAsync(mapping, "mappings: [{ match: a.b }]");
        var registry = new StatsDRegistry(new StatsDOptions { UdpAddress = "127.0.0.1:0", MappingFile = mapping }, TimeProvider.System);
        await using var receiver = new StatsDReceiver(registry, NullLogger<StatsDReceiver>.Instance);
        receiver.Start();
        Assert.Null(receiver.UdpEndPoint);
    }

    private static async Task UntilAsync(Func<bool> isSo)
    {
        for (var waited = 0; !isSo(); waited++)
        {
            Assert.True(waited < 6000, "it does not happen");
            await Task.Delay(5);
        }
    }
}
