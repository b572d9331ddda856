using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using System.Text.RegularExpressions;
using Touchline.Configuration.Probes;
using Touchline.Fetching;
using Touchline.Model;

namespace Touchline.Collectors.Probes;

/// <summary>Connects over TCP or a Unix socket, encrypted or not, and has a short conversation.</summary>
internal sealed class TcpProber(ProbeRun run)
{
    private readonly TcpProbeConfig _config = run.Module.Tcp;
    private string _host = "";
    private bool _certificatesAreGood = true;
    private ProbeGauge? _failedDueToRegex;
    private ProbeGauge? _failedDueToBytes;

    public async Task<bool> ProbeAsync()
    {
        Stream? stream = null;
        try
        {
            stream = await ConnectAsync().ConfigureAwait(false);
            if (stream is null)
            {
                return false;
            }
            run.Log.Info("Successfully dialed");
            return await ConverseAsync(stream).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or AuthenticationException or FetchException or ArgumentException)
        {
            return run.Fail(e, stream is null ? "Error dialing TCP" : "Error in the conversation");
        }
        finally
        {
            if (stream is not null)
            {
                await stream.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private async Task<Stream?> ConnectAsync()
    {
        if (await EndPointAsync().ConfigureAwait(false) is not { } target)
        {
            return null;
        }
        run.Log.Info(_config.Tls ? "Dialing TCP with TLS" : "Dialing TCP without TLS");
        var socket = await ProbeAddress.ConnectAsync(target, _config.Address.Source, run.Deadline).ConfigureAwait(false);
        Stream stream = new NetworkStream(socket, ownsSocket: true);
        if (_config.Tls)
        {
            stream = await EncryptAsync(stream).ConfigureAwait(false);
        }
        _failedDueToRegex = run.Metrics.Gauge("probe_failed_due_to_regex", "Indicates if probe failed due to regex");
        _failedDueToBytes = run.Metrics.Gauge("probe_failed_due_to_bytes", "Indicates if probe failed due to bytes");
        return stream;
    }

    private async Task<EndPoint?> EndPointAsync()
    {
        if (run.Module.Prober == ProberKind.Unix)
        {
            return new UnixDomainSocketEndPoint(run.Target);
        }
        if (!ProbeAddress.TrySplit(run.Target, out _host, out var port))
        {
            run.Fail(ProbeReason.Configuration, "Error splitting target address and port", ("err", $"address {run.Target}: missing port in address"));
            return null;
        }
        var (address, _) = await ProbeAddress.ChooseAsync(run, _config.Address, _host).ConfigureAwait(false);
        return address is null ? null : new IPEndPoint(address, port);
    }

    private async Task<SslStream> EncryptAsync(Stream stream)
    {
        try
        {
            var tls = new ProbeTls(_config.TlsConfig, _host);
            var secure = await tls.AuthenticateAsync(stream, run.Deadline).ConfigureAwait(false);
            tls.Write(run.Metrics, withCipher: false);
            _certificatesAreGood &= tls.IsGoodFor(_config.MinCertificateSeconds, run);
            return secure;
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task<bool> ConverseAsync(Stream stream)
    {
        var lines = new ProbeLines(stream);
        for (var i = 0; i < _config.QueryResponse.Count; i++)
        {
            var step = _config.QueryResponse[i];
            run.Log.Info("Processing query response entry", ("entry_number", i));
            var send = step.Send;
            if (step.Expect is not null)
            {
                var match = await ExpectAsync(lines, step).ConfigureAwait(false);
                if (match is null)
                {
                    return false;
                }
                send = RegexTemplate.Expand(send, match);
            }
            if (step.ExpectBytes is not null && !await ExpectBytesAsync(lines, step.ExpectBytes).ConfigureAwait(false))
            {
                return false;
            }
            if (step.SendBytes is not null || send.Length > 0)
            {
                run.Log.Info("Sending line", ("line", step.SendBytes is null ? send : "(bytes)"));
                await stream.WriteAsync((byte[])[.. step.SendBytes ?? Encoding.UTF8.GetBytes(send), (byte)'\n'], run.Deadline).ConfigureAwait(false);
            }
            if (step.StartTls)
            {
                stream = await EncryptAsync(stream).ConfigureAwait(false);
                run.Log.Info("TLS Handshake (client) succeeded.");
                lines = new ProbeLines(stream);
            }
        }
        return _certificatesAreGood;
    }

    /// <summary>Reads lines until one matches; null where none does, which is then said.</summary>
    private async Task<Match?> ExpectAsync(ProbeLines lines, QueryResponseConfig step)
    {
        while (await lines.ReadAsync(run.Deadline).ConfigureAwait(false) is { } line)
        {
            run.Log.Info("Read line", ("line", line));
            var match = step.Expect!.Match(line);
            if (match.Success)
            {
                _failedDueToRegex!.Value = 0;
                WriteLabels(step, match);
                return match;
            }
        }
        _failedDueToRegex!.Value = 1;
        run.Fail(ProbeReason.UnexpectedAnswer, "Regexp did not match", ("regexp", step.Expect));
        return null;
    }

    private async Task<bool> ExpectBytesAsync(ProbeLines lines, byte[] expected)
    {
        var actual = await lines.ReadBytesAsync(expected.Length, run.Deadline).ConfigureAwait(false);
        var isSame = actual.AsSpan().SequenceEqual(expected);
        _failedDueToBytes!.Value = isSame ? 0 : 1;
        return isSame || run.Fail(ProbeReason.UnexpectedAnswer, "Bytes did not match", ("expected_bytes", Convert.ToHexString(expected)), ("bytes", Convert.ToHexString(actual)));
    }

    private void WriteLabels(QueryResponseConfig step, Match match)
    {
        if (step.Labels.Count > 0)
        {
            var labels = step.Labels.OrderBy(label => label.Key, StringComparer.Ordinal)
                .SelectMany(label => (string[])[label.Key, RegexTemplate.Expand(label.Value, match)]);
            run.Metrics.Gauge("probe_expect_info", "Explicit content matched", [.. labels]).Value = 1;
        }
    }
}
