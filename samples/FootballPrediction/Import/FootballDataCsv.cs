using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using CsvHelper;
using FootballPrediction.League;

namespace FootballPrediction.Import;

/// <summary>What a file held: the matches that could be read, and for each row that could not, where and why.</summary>
internal sealed record ImportedFile(IReadOnlyList<Match> Matches, IReadOnlyList<string> Problems);

/// <summary>
/// Reads the result files of football-data.co.uk: one row a match, at least Div, Date, HomeTeam, AwayTeam, FTHG and FTAG,
/// optionally Time and FTR. Their columns are explained in the site's notes.txt.
/// </summary>
internal static class FootballDataCsv
{
    private static readonly string[] Required = ["Div", "Date", "HomeTeam", "AwayTeam", "FTHG", "FTAG"];

    /// <summary>Files up to the season 2017/18 have years of two digits.</summary>
    private static readonly string[] DateFormats = ["dd/MM/yyyy", "dd/MM/yy", "yyyy-MM-dd"];

    /// <summary>Older files give no time; most matches kick off then.</summary>
    private static readonly TimeOnly UsualKickOff = new(15, 0);

    /// <summary>Rows of the site have a few hundred bytes; a longer one is an unclosed quote or no CSV at all.</summary>
    private const int LargestRow = 64 * 1024;

    /// <param name="file">The name that problems are reported under.</param>
    public static ImportedFile Read(string file, TextReader text)
    {
        List<Match> matches = [];
        List<string> problems = [];
        Dictionary<string, int> lines = [];
        CsvReaderOptions options = new()
        {
            Separator = ',',
            TrimWhitespace = true,
            TrackLineNumbers = true,
            AllowLineBreaksInQuotes = false,
            MaxRecordSize = LargestRow,
            MalformedData = CsvMalformedDataHandling.Skip,
            OnMalformedRecord = bad => problems.Add($"{file}:{bad.LineNumber}: a quote is out of place in {Shorten(bad.RawRecord)}; row skipped"),
        };
        using CsvReader csv = CsvReader.Create(text, options);
        string[] missing = [.. Required.Where(column => !csv.TryGetFieldIndex(column, out _))];
        if (missing.Length == Required.Length)
        {
            return new ImportedFile([], [$"{file}:1: expected a header with {string.Join(',', Required)}; nothing was read"]);
        }

        if (missing.Length > 0)
        {
            return new ImportedFile([], [$"{file}:1: the header lacks {string.Join(", ", missing)}; nothing was read"]);
        }

        while (csv.Read())
        {
            // The site's files often end in rows of commas.
            if (Enumerable.Range(0, csv.FieldCount).All(csv.IsEmpty))
            {
                continue;
            }

            int line = (int)csv.LineNumber;
            if (!TryReadMatch(csv, out Match? match, out string? problem))
            {
                problems.Add($"{file}:{line}: {problem}; row skipped");
            }
            else if (!lines.TryAdd(match.Id, line))
            {
                problems.Add($"{file}:{line}: {match.Home} - {match.Away} of that day stands in line {lines[match.Id]} already; row skipped");
            }
            else
            {
                matches.Add(match);
            }
        }

        return new ImportedFile(matches, problems);
    }

    private static bool TryReadMatch(
        CsvReader csv,
        [NotNullWhen(true)] out Match? match,
        [NotNullWhen(false)] out string? problem)
    {
        match = null;
        foreach (string column in Required)
        {
            if (string.IsNullOrWhiteSpace(csv.GetString(column)))
            {
                problem = $"{column} is missing";
                return false;
            }
        }

        string date = csv.GetString("Date");
        if (!DateOnly.TryParseExact(date, DateFormats, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly day))
        {
            problem = $"Date \"{Shorten(date)}\" is no date like 27/08/2023";
            return false;
        }

        TimeOnly kickOff = UsualKickOff;
        if (Optional(csv, "Time") is { } time
            && !TimeOnly.TryParseExact(time, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out kickOff))
        {
            problem = $"Time \"{Shorten(time)}\" is no time like 17:30";
            return false;
        }

        if (!TryReadGoals(csv, "FTHG", out int homeGoals, out problem) || !TryReadGoals(csv, "FTAG", out int awayGoals, out problem))
        {
            return false;
        }

        Score score = new(homeGoals, awayGoals);
        if (Optional(csv, "FTR") is { } result && result != Letter(score.Outcome))
        {
            problem = $"FTR says {result}, but the score is {score}";
            return false;
        }

        string division = csv.GetString("Div");
        string home = csv.GetString("HomeTeam");
        string away = csv.GetString("AwayTeam");
        if (home == away)
        {
            problem = $"{home} cannot play itself";
            return false;
        }

        DateTimeOffset start = new(day.ToDateTime(kickOff), TimeSpan.Zero);
        string id = string.Create(CultureInfo.InvariantCulture, $"{division}-{day:yyyyMMdd}-{Slug(home)}-{Slug(away)}");
        match = new Match(id, division, Season(day), start, home, away, score, start + Match.Duration);
        return true;
    }

    private static string? Optional(CsvReader csv, string column) =>
        csv.TryGetFieldIndex(column, out int index) && !csv.IsEmpty(index) ? csv.GetString(index) : null;

    private static bool TryReadGoals(CsvReader csv, string column, out int goals, [NotNullWhen(false)] out string? problem)
    {
        string text = csv.GetString(column);
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out goals) && goals <= Score.MostPlausibleGoals)
        {
            problem = null;
            return true;
        }

        problem = $"{column} \"{Shorten(text)}\" is no number of goals";
        return false;
    }

    /// <summary>Seasons run from July to June.</summary>
    private static string Season(DateOnly day)
    {
        int start = day.Month >= 7 ? day.Year : day.Year - 1;
        return string.Create(CultureInfo.InvariantCulture, $"{start}/{(start + 1) % 100:00}");
    }

    private static string Letter(Outcome outcome) => outcome switch
    {
        Outcome.Home => "H",
        Outcome.Draw => "D",
        _ => "A",
    };

    private static string Slug(string team) =>
        string.Concat(team.ToLowerInvariant().Select(letter => char.IsLetterOrDigit(letter) ? letter : '_'));

    private static string Shorten(string text) => text.Length <= 60 ? text.Trim() : text[..60] + "…";
}
