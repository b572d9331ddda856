using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Touchline.Configuration.Probes;
using Touchline.Fetching;

namespace Touchline.Collectors.Probes;

/// <summary>
/// Asks a gRPC server for its health, over HTTP/2 by hand: one call with one small message is less than a client library of it. Source:
/// gRPC over HTTP2; gRPC Health Checking Protocol, grpc.health.v1.
/// </summary>
internal static class GrpcProber
{
    private const int Unknown = 2;
    private const int DeadlineExceeded = 4;
    private const int Unavailable = 14;
    private const int LargestAnswer = 64 * 1024;

    private static readonly string[] Statuses = ["UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"];

    public static async Task<bool> ProbeAsync(ProbeRun run)
    {
        var metrics = run.Metrics;
        var config = run.Module.Grpc;
        var resolve = metrics.Gauge("probe_grpc_duration_seconds", "Duration of gRPC request by phase", "phase", "resolve");
        var isSsl = metrics.Gauge("probe_grpc_ssl", "Indicates if SSL was used for the connection");
        var code = metrics.Gauge("probe_grpc_status_code", "Response gRPC status code");
        var target = run.Target.Contains("://", StringComparison.Ordinal) ? run.Target : "http://" + run.Target;
        if (!Uri.TryCreate(target, UriKind.Absolute, out var url) || url.Host.Length == 0)
        {
            return run.Fail(ProbeReason.Configuration, "Could not parse target URL");
        }
        var hasPort = ProbeAddress.TrySplit(url.Authority, out _, out var port);
        port = hasPort ? port : config.Tls ? 443 : 80;
        var (address, seconds) = await ProbeAddress.ChooseAsync(run, config.Address, url.IdnHost.Trim('[', ']')).ConfigureAwait(false);
        if (address is null)
        {
            return false;
        }
        resolve.Value += seconds;
        var started = run.Time.GetTimestamp();
        var call = await CallAsync(run, url, new IPEndPoint(address, port)).ConfigureAwait(false);
        metrics.Gauge("probe_grpc_duration_seconds", "", "phase", "check").Value = run.Time.GetElapsedTime(started).TotalSeconds;
        foreach (var status in Statuses)
        {
            metrics.Gauge("probe_grpc_healthcheck_response", "Response HealthCheck response", "serving_status", status).Value = status == call.Serving ? 1 : 0;
        }
        code.Value = call.Code;
        isSsl.Value = call.Code == 0 && config.Tls ? 1 : 0;
        if (call is { Code: 0, Tls: { } tls })
        {
            tls.Write(metrics, withCipher: false, withChain: false);
        }
        if (call.Failure is not null)
        {
            return run.Fail(call.Failure, "can't connect grpc server");
        }
        return call.Serving == "SERVING"
            || run.Fail(call.Code == 0 ? $"gRPC health {call.Serving}" : $"gRPC status {call.Code}", "the service is not healthy", ("grpc_status", call.Code), ("serving_status", call.Serving), ("err", call.Message));
    }

    private static async Task<Call> CallAsync(ProbeRun run, Uri url, IPEndPoint address)
    {
        var config = run.Module.Grpc;
        var call = new Call();
        using var handler = new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false, ActivityHeadersPropagator = null };
        handler.ConnectCallback = async (_, cancellationToken) =>
        {
            using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, run.Deadline);
            var socket = await ProbeAddress.ConnectAsync(address, null, both.Token).ConfigureAwait(false);
            var stream = new NetworkStream(socket, ownsSocket: true);
            if (!config.Tls)
            {
                return stream;
            }
            call.Tls = new ProbeTls(config.TlsConfig, url.IdnHost, SslApplicationProtocol.Http2);
            return await call.Tls.AuthenticateAsync(stream, both.Token).ConfigureAwait(false);
        };
        try
        {
            using var client = new HttpMessageInvoker(handler);
            using var request = Request(config, url, address.Port);
            using var response = await client.SendAsync(request, run.Deadline).ConfigureAwait(false);
            await ReadAsync(call, response, run.Deadline).ConfigureAwait(false);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException or FetchException or FormatException or InvalidOperationException)
        {
            call.Failure = e;
            call.Code = e is OperationCanceledException ? DeadlineExceeded : Unavailable;
        }
        return call;
    }

    private static HttpRequestMessage Request(GrpcProbeConfig config, Uri url, int port)
    {
        var host = url.HostNameType == UriHostNameType.IPv6 ? $"[{url.IdnHost.Trim('[', ']')}]" : url.IdnHost;
        var request = new HttpRequestMessage(HttpMethod.Post, $"{(config.Tls ? "https" : "http")}://{host}:{port.ToString(CultureInfo.InvariantCulture)}/grpc.health.v1.Health/Check")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(Message(config.Service)),
        };
        request.Headers.TryAddWithoutValidation("TE", "trailers");
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/grpc");
        foreach (var (name, values) in config.Metadata)
        {
            request.Headers.TryAddWithoutValidation(name.ToLowerInvariant(), values);
        }
        return request;
    }

    /// <summary>The request, <c>string service = 1</c>, behind the flag that it is not compressed and its length.</summary>
    private static byte[] Message(string service)
    {
        var name = Encoding.UTF8.GetBytes(service);
        var message = new List<byte>();
        if (name.Length > 0)
        {
            message.Add(0x0a);
            for (var rest = name.Length; ; rest >>= 7)
            {
                message.Add((byte)(rest > 0x7f ? rest & 0x7f | 0x80 : rest));
                if (rest <= 0x7f)
                {
                    break;
                }
            }
            message.AddRange(name);
        }
        var framed = new byte[5 + message.Count];
        BinaryPrimitives.WriteInt32BigEndian(framed.AsSpan(1), message.Count);
        message.CopyTo(framed, 5);
        return framed;
    }

    private static async Task ReadAsync(Call call, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.StatusCode != HttpStatusCode.OK)
        {
            call.Code = CodeOf((int)response.StatusCode);
            call.Message = $"unexpected HTTP status code received from server: {(int)response.StatusCode}";
            return;
        }
        using var body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        var lines = new ProbeLines(body);
        var head = await lines.ReadBytesAsync(5, cancellationToken).ConfigureAwait(false);
        var length = head.Length == 5 ? BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(1)) : 0;
        var message = length is > 0 and <= LargestAnswer ? await lines.ReadBytesAsync(length, cancellationToken).ConfigureAwait(false) : [];
        // The trailers are there when the body has ended.
        await lines.ReadBytesAsync(1, cancellationToken).ConfigureAwait(false);
        var status = Header(response, "grpc-status");
        call.Code = int.TryParse(status, NumberStyles.None, CultureInfo.InvariantCulture, out var code) ? code : Unknown;
        call.Message = Header(response, "grpc-message");
        if (call.Code == 0)
        {
            // ServingStatus status = 1; nothing is its zero.
            var serving = message.Length >= 2 && message[0] == 0x08 ? message[1] : 0;
            call.Serving = serving < Statuses.Length ? Statuses[serving] : "";
        }
    }

    private static string Header(HttpResponseMessage response, string name) =>
        response.TrailingHeaders.TryGetValues(name, out var values) || response.Headers.TryGetValues(name, out values) ? values.First() : "";

    /// <summary>Source: gRPC, http-grpc-status-mapping.</summary>
    private static int CodeOf(int status) => status switch
    {
        400 => 13,
        401 => 16,
        403 => 7,
        404 => 12,
        429 or 502 or 503 or 504 => Unavailable,
        _ => Unknown,
    };

    private sealed class Call
    {
        public int Code { get; set; }

        public string Serving { get; set; } = "";

        public string Message { get; set; } = "";

        public Exception? Failure { get; set; }

        public ProbeTls? Tls { get; set; }
    }
}
