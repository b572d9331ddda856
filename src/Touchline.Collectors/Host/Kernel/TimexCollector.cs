namespace Touchline.Collectors.Host.Kernel;

/// <summary>How the kernel keeps the clock right, as adjtimex(2) says it.</summary>
internal sealed class TimexCollector(AdjtimexCall adjtimex) : NodeCollector("timex")
{
    private const int ClockNotSynchronized = 5;
    private const int StatusNanoseconds = 0x2000;
    private const double Nanoseconds = 1e9;
    private const double Microseconds = 1e6;

    // Frequencies are in parts per million, with 16 bits behind the point.
    private const double Frequency = 1e6 * 65536;

    public override void Collect(IMetricWriter writer)
    {
        if (!adjtimex(out var clock, out var state, out var error))
        {
            NothingHere(error);
            return;
        }
        // Offset and jitter are in the unit that the time daemon chose.
        var unit = (clock.Status & StatusNanoseconds) != 0 ? Nanoseconds : Microseconds;
        writer.Gauge("node_timex_estimated_error_seconds", "Estimated error in seconds.", clock.EstimatedError / Microseconds);
        writer.Gauge("node_timex_frequency_adjustment_ratio", "Local clock frequency adjustment.", 1 + clock.Frequency / Frequency);
        writer.Gauge("node_timex_loop_time_constant", "Phase-locked loop time constant.", clock.Constant);
        writer.Gauge("node_timex_maxerror_seconds", "Maximum error in seconds.", clock.MaximumError / Microseconds);
        writer.Gauge("node_timex_offset_seconds", "Time offset in between local system and reference clock.", clock.Offset / unit);
        WritePulses(writer, clock, unit);
        writer.Gauge("node_timex_status", "Value of the status array bits.", clock.Status);
        writer.Gauge("node_timex_sync_status", "Is clock synchronized to a reliable server (1 = yes, 0 = no).", state == ClockNotSynchronized ? 0 : 1);
        writer.Gauge("node_timex_tai_offset_seconds", "International Atomic Time (TAI) offset.", clock.TaiOffset);
        writer.Gauge("node_timex_tick_seconds", "Seconds between clock ticks.", clock.Tick / Microseconds);
    }

    private static void WritePulses(IMetricWriter writer, in KernelClock clock, double unit)
    {
        writer.Counter("node_timex_pps_calibration_total", "Pulse per second count of calibration intervals.", clock.PulseCalibrations);
        writer.Counter("node_timex_pps_error_total", "Pulse per second count of calibration errors.", clock.PulseErrors);
        writer.Gauge("node_timex_pps_frequency_hertz", "Pulse per second frequency.", clock.PulseFrequency / Frequency);
        writer.Gauge("node_timex_pps_jitter_seconds", "Pulse per second jitter.", clock.PulseJitter / unit);
        writer.Counter("node_timex_pps_jitter_total", "Pulse per second count of jitter limit exceeded events.", clock.PulseJitterExceeded);
        writer.Gauge("node_timex_pps_shift_seconds", "Pulse per second interval duration.", clock.PulseShift);
        writer.Counter("node_timex_pps_stability_exceeded_total", "Pulse per second count of stability limit exceeded events.", clock.PulseStabilityExceeded);
        writer.Gauge("node_timex_pps_stability_hertz", "Pulse per second stability, average of recent frequency changes.", clock.PulseStability / Frequency);
    }
}
