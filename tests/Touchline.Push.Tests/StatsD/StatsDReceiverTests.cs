using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
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
        await using var receiver = new StatsDReceiver(registry, TimeProvider.System, NullLogger<StatsDReceiver>.Instance);
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
        await using var receiver = new StatsDReceiver(registry, TimeProvider.System, NullLogger<StatsDReceiver>.Instance);
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
        await using (var receiver = new StatsDReceiver(registry, TimeProvider.System, NullLogger<StatsDReceiver>.Instance))
        {
            receiver.Start();
            using var unix = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            await unix.SendToAsync(Encoding.UTF8.GetBytes("x:5|g"), new UnixDomainSocketEndPoint(abandoned));
            await UntilAsync(() => registry.Figures.Samples == 1);
        }
        Assert.False(File.Exists(abandoned));
        var file = Path.Combine(_folder, "file");
        await File.WriteAllTextAsync(file, "");
        await using (var receiver = new StatsDReceiver(new StatsDRegistry(new StatsDOptions { UnixgramPath = file }, TimeProvider.System), TimeProvider.System, NullLogger<StatsDReceiver>.Instance))
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
        await using var receiver = new StatsDReceiver(registry, TimeProvider.System, NullLogger<StatsDReceiver>.Instance);
        receiver.Start();
        Assert.Null(receiver.UdpEndPoint);
    }

    [Fact]
    public async Task Mappings_are_read_again_on_request_and_wrong_ones_change_nothing()
    {
        var mapping = Path.Combine(_folder, "mapping.yml");
        await File.WriteAllTextAsync(mapping, "mappings: [{ match: a.*, name: first }]");
        var registry = new StatsDRegistry(new StatsDOptions { UdpAddress = "127.0.0.1:0", MappingFile = mapping }, TimeProvider.System);
        await using var receiver = new StatsDReceiver(registry, new FakeTimeProvider(), NullLogger<StatsDReceiver>.Instance);
        receiver.Start();
        await SendAsync(receiver, "a.b:1|c");
        await UntilAsync(() => Names(registry) == "first");
        await File.WriteAllTextAsync(mapping, "mappings:\n- match: a.*\n  nam: second\n");
        Assert.False(receiver.TryReload(out var error));
        Assert.Contains($"{mapping}:2:3: error: the mapping has no name", error, StringComparison.Ordinal);
        await SendAsync(receiver, "a.c:1|c");
        await UntilAsync(() => registry.Figures.Samples == 2);
        Assert.Equal("first", Names(registry));
        await File.WriteAllTextAsync(mapping, "mappings: [{ match: a.*, name: second }]");
        Assert.True(receiver.TryReload(out _));
        await SendAsync(receiver, "a.d:1|c");
        await UntilAsync(() => Names(registry) == "first second");
        Assert.Equal((1, 1), (registry.Figures.MappingReloads, registry.Figures.MappingFailures));
    }

    [Fact]
    public async Task Changed_mappings_are_loaded_and_those_that_became_right_begin_it()
    {
        var mapping = Path.Combine(_folder, "mapping.yml");
        await File.WriteAllTextAsync(mapping, "mappings: [{ match: a.b }]");
        var time = new FakeTimeProvider();
        var registry = new StatsDRegistry(new StatsDOptions { UdpAddress = "127.0.0.1:0", MappingFile = mapping }, TimeProvider.System);
        await using var receiver = new StatsDReceiver(registry, time, NullLogger<StatsDReceiver>.Instance);
        receiver.Start();
        Assert.Null(receiver.UdpEndPoint);
        await File.WriteAllTextAsync(mapping, "mappings: [{ match: a.*, name: first }]");
        await UntilAsync(() => Passes(time) && receiver.UdpEndPoint is not null);
        await SendAsync(receiver, "a.b:1|c");
        await UntilAsync(() => Names(registry) == "first");
        // Gone, or wrong, it says nothing new.
        File.Delete(mapping);
        await File.WriteAllTextAsync(mapping, "mappings: 5");
        await UntilAsync(() => Passes(time) && registry.Figures.MappingFailures == 2);
        Assert.Equal(1, registry.MappingCount);
        await File.WriteAllTextAsync(mapping, "mappings: [{ match: a.*, name: first }, { match: b.*, name: second }]");
        await UntilAsync(() => Passes(time) && registry.MappingCount == 2);
    }

    [Fact]
    public async Task A_pipe_where_the_socket_should_be_is_an_error_and_stays()
    {
        var pipe = Path.Combine(_folder, "pipe");
        using (var made = Process.Start("mkfifo", pipe))
        {
            await made.WaitForExitAsync();
            Assert.Equal(0, made.ExitCode);
        }
        var log = new KeptLog();
        await using (var receiver = new StatsDReceiver(
            new StatsDRegistry(new StatsDOptions { UnixgramPath = pipe }, TimeProvider.System), TimeProvider.System, log))
        {
            await Task.Run(receiver.Start).WaitAsync(TimeSpan.FromSeconds(60));
        }
        Assert.Contains(log.Lines, line => line.StartsWith($"StatsD cannot be taken at --statsd.listen-unixgram={pipe}: there is something else already", StringComparison.Ordinal));
        Assert.True(File.Exists(pipe));
    }

    [Fact]
    public async Task The_socket_has_the_permissions_that_were_asked_for()
    {
        var path = Path.Combine(_folder, "statsd.sock");
        var registry = new StatsDRegistry(new StatsDOptions { UnixgramPath = path, UnixgramMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherWrite }, TimeProvider.System);
        await using var receiver = new StatsDReceiver(registry, TimeProvider.System, NullLogger<StatsDReceiver>.Instance);
        receiver.Start();
#pragma warning disable CA1416 // Sockets of datagrams are there on Unix only.
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherWrite, File.GetUnixFileMode(path));
#pragma warning restore CA1416
    }

    [Fact]
    public async Task Every_line_is_relayed_as_it_came()
    {
        using var target = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        target.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var address = target.LocalEndPoint!.ToString()!;
        var time = new FakeTimeProvider();
        var registry = new StatsDRegistry(new StatsDOptions { TcpAddress = "127.0.0.1:0", RelayAddresses = [address, $"localhost:{((IPEndPoint)target.LocalEndPoint).Port}"], RelayPacketBytes = 64 }, TimeProvider.System);
        await using var receiver = new StatsDReceiver(registry, time, NullLogger<StatsDReceiver>.Instance);
        receiver.Start();
        using (var tcp = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
        {
            await tcp.ConnectAsync(receiver.TcpEndPoint!);
            await tcp.SendAsync(Encoding.UTF8.GetBytes($"odd: line\r\na:1|c|#t:é\n\n{new string('x', 64)}:1|c\n{new string('y', 55)}:1|c\n"));
        }
        var relay = receiver.Relays[0];
        await UntilAsync(() => registry.Figures.Lines == 4);
        Assert.Equal((3, 1), (relay.Lines, relay.LongLines));
        var first = new byte[2000];
        var length = await target.ReceiveAsync(first).WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal("odd: line\na:1|c|#t:é\n", Encoding.UTF8.GetString(first, 0, length));
        await UntilAsync(() => Passes(time) && relay.Packets == 2);
    }

    [Fact]
    public async Task Nothing_is_relayed_to_where_it_comes_from()
    {
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var own = (IPEndPoint)taken.LocalEndPoint!;
        using var relay = new StatsDRelay(own.ToString(), 64, own, TimeProvider.System, NullLogger.Instance);
        relay.Send("a:1|c"u8);
        using var stopped = new CancellationTokenSource();
        await stopped.CancelAsync();
        await relay.RunAsync(stopped.Token);
        Assert.Equal((0, 1), (relay.Packets, relay.Failures));
    }

    private sealed class KeptLog : ILogger<StatsDReceiver>
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Lines.Add(formatter(state, exception));
    }

    /// <summary>A moment of the clock that is asked for goes by.</summary>
    private static bool Passes(FakeTimeProvider time)
    {
        time.Advance(TimeSpan.FromSeconds(1));
        return true;
    }

    private static async Task SendAsync(StatsDReceiver receiver, string line)
    {
        using var udp = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        await udp.SendToAsync(Encoding.UTF8.GetBytes(line), receiver.UdpEndPoint!);
    }

    private static string Names(StatsDRegistry registry) => string.Join(' ', registry.Families().Select(family => family.Name));

    private static async Task UntilAsync(Func<bool> isSo)
    {
        for (var waited = 0; !isSo(); waited++)
        {
            Assert.True(waited < 6000, "it does not happen");
            await Task.Delay(5);
        }
    }
}
