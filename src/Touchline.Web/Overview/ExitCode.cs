using System.Globalization;

namespace Touchline.Web.Overview;

/// <summary>Exit codes with their meaning: 128 + n is how shells write "ended by signal n".</summary>
internal static class ExitCode
{
    public static string Describe(int code)
    {
        var signal = (code - 128) switch
        {
            1 => "SIGHUP",
            2 => "SIGINT",
            4 => "SIGILL",
            6 => "SIGABRT",
            7 => "SIGBUS",
            8 => "SIGFPE",
            9 => "SIGKILL",
            11 => "SIGSEGV",
            13 => "SIGPIPE",
            15 => "SIGTERM",
            _ => null,
        };
        var number = code.ToString(CultureInfo.InvariantCulture);
        return signal is null ? number : $"{number} ({signal})";
    }
}
