using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using Touchline.Configuration.Probes;
using Touchline.Fetching;
using Touchline.Model;

namespace Touchline.Collectors.Probes;

/// <summary>Asks a name server one question and looks at its answer.</summary>
internal static class DnsProber
{
    private const int PlainPort = 53;
    private const int TlsPort = 853;

    public static async Task<bool> ProbeAsync(ProbeRun run)
    {
        var config = run.Module.Dns;
        var result = new Result(run.Metrics);
        if (!ProbeAddress.TrySplit(run.Target, out var host, out var port))
        {
            (host, port) = (run.Target.Trim('[', ']'), config.OverTls ? TlsPort : PlainPort);
        }
        var (address, seconds) = await ProbeAddress.ChooseAsync(run, config.Address, host).ConfigureAwait(false);
        if (address is null)
        {
            return false;
        }
        result.Resolve.Value += seconds;
        var type = DnsNames.Types[config.QueryType];
        DnsAnswer answer;
        try
        {
            var id = (ushort)RandomNumberGenerator.GetInt32(ushort.MaxValue);
            var question = DnsQuestion.Write(id, config.QueryName, type, DnsNames.Classes[config.QueryClass], config.RecursionDesired);
            run.Log.Info("Making DNS query", ("target", $"{address}:{port}"), ("transport", config.OverTcp ? "tcp" : "udp"), ("query", config.QueryName), ("type", config.QueryType));
            answer = DnsAnswer.Read(await ExchangeAsync(run, result, new IPEndPoint(address, port), host, question, id).ConfigureAwait(false));
        }
        catch (Exception e) when (e is SocketException or IOException or OperationCanceledException or FormatException or AuthenticationException or FetchException or ArgumentException)
        {
            return e is FormatException ? run.Fail(ProbeReason.UnexpectedAnswer, "Error while sending a DNS query", ("err", e.Message)) : run.Fail(e, "Error while sending a DNS query");
        }
        result.Write(run, answer, type);
        return HasValidRcode(run, answer)
            && AreValid(run, "Answer", answer.Answers, config.Answer)
            && AreValid(run, "Authority", answer.Authorities, config.Authority)
            && AreValid(run, "Additional", answer.Additionals, config.Additional);
    }

    private static async Task<byte[]> ExchangeAsync(ProbeRun run, Result result, IPEndPoint server, string host, byte[] question, ushort id)
    {
        var started = run.Time.GetTimestamp();
        var connected = started;
        try
        {
            if (!run.Module.Dns.OverTcp)
            {
                using var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
                if (run.Module.Dns.Address.Source is { } source)
                {
                    socket.Bind(new IPEndPoint(IPAddress.Parse(source), 0));
                }
                await socket.ConnectAsync(server, run.Deadline).ConfigureAwait(false);
                connected = run.Time.GetTimestamp();
                return await DnsExchange.AskOverUdpAsync(socket, question, id, run.Deadline).ConfigureAwait(false);
            }
            using var stream = await OpenAsync(run, server, host).ConfigureAwait(false);
            connected = run.Time.GetTimestamp();
            return await DnsExchange.AskOverStreamAsync(stream, question, id, run.Deadline).ConfigureAwait(false);
        }
        finally
        {
            result.Connect.Value = run.Time.GetElapsedTime(started, connected).TotalSeconds;
            result.Request.Value = run.Time.GetElapsedTime(connected).TotalSeconds;
        }
    }

    private static async Task<Stream> OpenAsync(ProbeRun run, IPEndPoint server, string host)
    {
        var config = run.Module.Dns;
        var socket = await ProbeAddress.ConnectAsync(server, config.Address.Source, run.Deadline).ConfigureAwait(false);
        var stream = new NetworkStream(socket, ownsSocket: true);
        try
        {
            return config.OverTls ? await new ProbeTls(config.TlsConfig, host).AuthenticateAsync(stream, run.Deadline).ConfigureAwait(false) : stream;
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static bool HasValidRcode(ProbeRun run, DnsAnswer answer)
    {
        IReadOnlyList<string> valid = run.Module.Dns.ValidRcodes.Count == 0 ? ["NOERROR"] : run.Module.Dns.ValidRcodes;
        var name = DnsNames.Rcodes.FirstOrDefault(pair => pair.Value == answer.Rcode).Key ?? $"RCODE{answer.Rcode}";
        return valid.Contains(name) || run.Fail($"DNS answer {name}", "Rcode is not one of the valid rcodes", ("rcode", name), ("valid_rcodes", string.Join(' ', valid)));
    }

    private static bool AreValid(ProbeRun run, string part, IReadOnlyList<string> records, DnsRecordRules rules)
    {
        if (records.Count == 0 && (rules.FailIfNotMatches.Count > 0 || rules.FailIfNoneMatches.Count > 0))
        {
            return Fail("a match is wanted but no RRs returned", null);
        }
        var unwanted = rules.FailIfMatches.FirstOrDefault(regex => records.Any(regex.IsMatch));
        if (unwanted is not null)
        {
            return Fail("At least one RR matched regexp", unwanted);
        }
        var missed = rules.FailIfNotMatches.FirstOrDefault(regex => !records.All(regex.IsMatch));
        if (missed is not null)
        {
            return Fail("At least one RR did not match regexp", missed);
        }
        // So it is in blackbox_exporter: the rule fails where not all match.
        if (rules.FailIfAllMatch.Count > 0 && !rules.FailIfAllMatch.All(regex => records.All(regex.IsMatch)))
        {
            return Fail("Not all RRs matched regexp", rules.FailIfAllMatch[0]);
        }
        return rules.FailIfNoneMatches.Count == 0 || records.Any(record => rules.FailIfNoneMatches.Any(regex => regex.IsMatch(record)))
            || Fail("None of the RRs did match any regexp", rules.FailIfNoneMatches[0]);

        bool Fail(string message, SearchRegex? regex) => run.Fail("unexpected DNS records", message, ("part", part), ("regexp", regex), ("records", string.Join(" | ", records)));
    }

    private sealed class Result(ProbeMetrics metrics)
    {
        private readonly ProbeGauge _answers = metrics.Gauge("probe_dns_answer_rrs", "Returns number of entries in the answer resource record list");
        private readonly ProbeGauge _authorities = metrics.Gauge("probe_dns_authority_rrs", "Returns number of entries in the authority resource record list");
        private readonly ProbeGauge _additionals = metrics.Gauge("probe_dns_additional_rrs", "Returns number of entries in the additional resource record list");
        private readonly ProbeGauge _succeeded = metrics.Gauge("probe_dns_query_succeeded", "Displays whether or not the query was executed successfully");

        public ProbeGauge Resolve { get; } = Phase(metrics, "resolve");

        public ProbeGauge Connect { get; } = Phase(metrics, "connect");

        public ProbeGauge Request { get; } = Phase(metrics, "request");

        public void Write(ProbeRun run, DnsAnswer answer, ushort type)
        {
            _answers.Value = answer.Answers.Count;
            _authorities.Value = answer.Authorities.Count;
            _additionals.Value = answer.Additionals.Count;
            _succeeded.Value = 1;
            if (type == DnsNames.Types["SOA"])
            {
                run.Metrics.Gauge("probe_dns_serial", "Returns the serial number of the zone").Value = answer.Serial ?? 0;
            }
        }

        private static ProbeGauge Phase(ProbeMetrics metrics, string phase) =>
            metrics.Gauge("probe_dns_duration_seconds", "Duration of DNS request by phase", "phase", phase);
    }
}
