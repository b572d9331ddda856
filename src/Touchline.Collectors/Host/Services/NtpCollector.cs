using Touchline.Model;

namespace Touchline.Collectors.Host.Services;

/// <summary>How the time server on this host stands, and whether its time can be relied on.</summary>
internal sealed class NtpCollector(HostOptions options, TimeProvider time) : NodeCollector("ntp")
{
    private const long NanosecondsPerDay = 86_400 * NtpTime.NanosecondsPerSecond;

    private readonly NtpClient _client = new(
        options.Flags.Text(NtpFlags.Server), options.Flags.Number(NtpFlags.Port), options.Flags.Number(NtpFlags.Version), (short)options.Flags.Number(NtpFlags.Hops), time);

    private readonly double _maxDistance = NtpFlags.Nanoseconds(options.Flags, NtpFlags.MaxDistance);
    private readonly double _tolerance = NtpFlags.Nanoseconds(options.Flags, NtpFlags.Tolerance);
    private long _leapMidnight;

    public override void Collect(IMetricWriter writer)
    {
        var answer = _client.Ask();
        Write("stratum", "NTPD stratum.", answer.Stratum);
        Write("leap", "NTPD leap second indicator, 2 bits.", answer.Leap);
        Write("rtt_seconds", "RTT to NTPD.", Seconds(answer.RoundTrip));
        Write("offset_seconds", "ClockOffset between NTP and local clock.", Seconds(answer.Offset));
        Write("reference_timestamp_seconds", "NTPD ReferenceTime, UNIX timestamp.", Seconds(Math.Max(0, answer.Reference)));
        Write("root_delay_seconds", "NTPD RootDelay.", Seconds(answer.RootDelay));
        Write("root_dispersion_seconds", "NTPD RootDispersion.", Seconds(answer.RootDispersion));
        Write("sanity", "NTPD sanity according to RFC5905 heuristics and configured limits.", IsSane(answer) ? 1 : 0);

        void Write(string name, string help, double value) => writer.Gauge($"node_ntp_{name}", help, value);
    }

    private bool IsSane(NtpAnswer answer)
    {
        if (answer.AnnouncesLeapSecond)
        {
            // Servers take the announcement back right after midnight, but may have spread the second over the day before or after it.
            _leapMidnight = (answer.Transmitted / NanosecondsPerDay + 1) * NanosecondsPerDay;
        }
        var isNearLeap = Math.Abs(answer.Transmitted - _leapMidnight) < NanosecondsPerDay;
        var tolerance = _tolerance + (isNearLeap ? NtpTime.NanosecondsPerSecond : 0);
        return answer.IsUsable && answer.RootDistance <= _maxDistance && answer.LeastError <= tolerance;
    }

    private static double Seconds(long nanoseconds) => nanoseconds / (double)NtpTime.NanosecondsPerSecond;
}
