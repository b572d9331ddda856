using System.Net;
using System.Net.Sockets;
using System.Text;
using Touchline.Collectors.Host;
using Touchline.Collectors.Host.Services;
using Touchline.Collectors.Host.Settings;

namespace Touchline.Collectors.Tests.Host.Services;

/// <summary>Services that do not answer, or answer nonsense, cost their own collector only, and not for long.</summary>
public sealed class SilentServiceTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("touchline-silent-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Time_server_that_does_not_answer_is_given_up()
    {
        using var silent = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        silent.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var flags = NodeFlagValues.Defaults.With(NtpFlags.Port, FormattableString.Invariant($"{((IPEndPoint)silent.LocalEndPoint!).Port}"));
        using var collector = new NtpCollector(new HostOptions { Flags = flags }, TimeProvider.System);

        Assert.Contains("does not answer", Assert.Throws<IOException>(() => BareMachine.Samples(collector)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Supervisord_that_does_not_answer_is_given_up()
    {
        using var listener = Listen();
        using var collector = new SupervisordCollector(new HostOptions { Flags = NodeFlagValues.Defaults.With(SupervisordCollector.Address, $"unix:{_folder}/sock") });

        Assert.Contains("does not answer", Assert.Throws<IOException>(() => BareMachine.Samples(collector)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<a/>", "no list of processes")]
    [InlineData("<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><a>&b;</a>", "no XML")]
    [InlineData("<r><params><param><value><array><data><value><int>1</int></value></data></array></value></param></params></r>", "no struct")]
    [InlineData("<r><params><param><value><array><data><value><struct><member><name>state</name><value>on</value></member></struct></value></data></array></value></param></params></r>", "'on'")]
    public async Task Answer_that_is_none_says_so(string answer, string problem)
    {
        using var listener = Listen();
        var serving = AnswerAsync(listener, answer);
        using var client = PatientClient();

        Assert.Contains(problem, Assert.Throws<FormatException>(client.Processes).Message, StringComparison.Ordinal);
        await serving;
    }

    [Fact]
    public async Task Supervisord_is_asked_over_its_socket()
    {
        using var listener = Listen();
        var serving = AnswerAsync(
            listener,
            "<r><params><param><value><array><data><value><struct><member><name>name</name><value>web</value></member><member><name>state</name><value><i4>20</i4></value></member></struct></value></data></array></value></param></params></r>");
        using var client = PatientClient();

        Assert.Equal([new SupervisedProcess("web", "", 20, 0, 0)], client.Processes());
        Assert.StartsWith("POST /RPC2 HTTP/1.1\r\n", await serving, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://localhost:9001/RPC2", true)]
    [InlineData("https://user:secret@supervisor/RPC2", true)]
    [InlineData("unix:/run/supervisor.sock", true)]
    [InlineData("unix:///run/supervisor.sock", true)]
    [InlineData("unix:", false)]
    [InlineData("ftp://localhost/", false)]
    [InlineData("localhost:9001", false)]
    public void Addresses_are_checked_at_start(string address, bool isTaken) =>
        Assert.Equal(isTaken, !NodeFlagValues.Defaults.With(SupervisordCollector.Address, address).Mistakes(SupervisordCollector.Address).Any());

    private Socket Listen()
    {
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(Path.Combine(_folder, "sock")));
        listener.Listen();
        return listener;
    }

    /// <summary>One that a busy machine does not make give up.</summary>
    private SupervisordClient PatientClient() => new($"unix:{_folder}/sock", TimeSpan.FromMinutes(1));

    /// <summary>Answers one question, whatever it is, and tells what it was.</summary>
    private static async Task<string> AnswerAsync(Socket listener, string answer)
    {
        using var connection = await listener.AcceptAsync();
        var question = new StringBuilder();
        var buffer = new byte[4096];
        while (!question.ToString().Contains("</methodCall>", StringComparison.Ordinal))
        {
            question.Append(Encoding.UTF8.GetString(buffer, 0, await connection.ReceiveAsync(buffer)));
        }
        await connection.SendAsync(Encoding.UTF8.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {Encoding.UTF8.GetByteCount(answer)}\r\nConnection: close\r\n\r\n{answer}"));
        return question.ToString();
    }
}
