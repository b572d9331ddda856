using Touchline.Tsdb;
using Touchline.Tsdb.Exchange;

namespace Touchline.Cli;

/// <summary>Runs a verb that works on files, and turns what may stop it into a message and an exit code.</summary>
internal static class VerbRun
{
    private const int NoSpaceLeft = 28; // ENOSPC and EDQUOT of Linux, which .NET hands on.
    private const int QuotaExceeded = 122;

    /// <param name="work">The verb; its exit code.</param>
    /// <param name="interrupted">What to say where it was stopped half-way: what becomes of what is done.</param>
    /// <param name="error">Where messages go.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static Task<int> OnFilesAsync(Func<int> work, string interrupted, TextWriter error, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            try
            {
                return work();
            }
            catch (OperationCanceledException)
            {
                error.WriteLine($"touchline: interrupted; {interrupted}");
                return ExitCodes.CouldNotRun;
            }
            catch (Exception e) when (e is ExchangeException or TsdbOpenException)
            {
                error.WriteLine($"touchline: {e.Message}");
                return ExitCodes.CouldNotRun;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                error.WriteLine($"touchline: {e.Message}; {interrupted}{(IsDiskFull(e) ? "; make room on the disk, then run it again" : "")}");
                return ExitCodes.CouldNotRun;
            }
        },
        CancellationToken.None);

    private static bool IsDiskFull(Exception e) => e is IOException && e.HResult is NoSpaceLeft or QuotaExceeded;
}
