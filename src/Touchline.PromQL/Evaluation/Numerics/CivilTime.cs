namespace Touchline.PromQL.Evaluation.Numerics;

/// <summary>
/// A date of the proleptic Gregorian calendar from any 64-bit count of seconds: sample values need not be dates that DateTime knows.
/// Counts from a year far in the past with wrapping arithmetic, as Go does, so that the same nonsense comes out of nonsense.
/// </summary>
internal readonly record struct CivilTime(long Year, int Month, int Day, int DayOfYear, int Hour, int Minute, int DayOfWeek)
{
    /// <summary>A year that begins a 400-year cycle (as 2001 does) and whose first day is a Monday.</summary>
    private const long FirstYear = -292277022399;
    private const long UnixEpochAfterFirstYear = 62135596800 + 9223371966579724800;
    private const ulong SecondsPerDay = 86400;
    private const ulong DaysPer400Years = 146097;

    public int DaysInMonth => Month switch
    {
        2 => IsLeap(Year) ? 29 : 28,
        4 or 6 or 9 or 11 => 30,
        _ => 31,
    };

    public static CivilTime FromUnixSeconds(double seconds)
    {
        var absolute = unchecked((ulong)(GoMath.ToInt64(seconds) + UnixEpochAfterFirstYear));
        var days = absolute / SecondsPerDay;
        var secondOfDay = (int)(absolute % SecondsPerDay);
        var dayOfWeek = (int)((days + 1) % 7);
        var cycles = days / DaysPer400Years;
        var day = (int)(days % DaysPer400Years);
        // The last day of a cycle, of a century's cycle or of a fourth year belongs to the leap year before it.
        var centuries = Math.Min(day / 36524, 3);
        day -= centuries * 36524;
        var fours = day / 1461;
        day -= fours * 1461;
        var years = Math.Min(day / 365, 3);
        day -= years * 365;
        var year = unchecked(FirstYear + (long)cycles * 400) + centuries * 100 + fours * 4 + years;
        var dayOfYear = day + 1;
        var month = 1;
        while (day >= LengthOfMonth(month, year))
        {
            day -= LengthOfMonth(month, year);
            month++;
        }
        return new CivilTime(year, month, day + 1, dayOfYear, secondOfDay / 3600, secondOfDay / 60 % 60, dayOfWeek);
    }

    private static int LengthOfMonth(int month, long year) => new CivilTime(year, month, 1, 1, 0, 0, 0).DaysInMonth;

    private static bool IsLeap(long year) => year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}
