using System.Text;
using CsvHelper;
using FootballPrediction.Storage;

namespace FootballPrediction.Import;

/// <summary>The command <c>--import</c>: reads files into the database and says what it skipped.</summary>
internal static class CsvImport
{
    /// <returns>The exit code: 0 when every row was taken, 1 when some were skipped, 2 when a file could not be read.</returns>
    public static async Task<int> RunAsync(
        IReadOnlyList<string> files, Database database, MatchTable matches, TextWriter output, TextWriter errors, CancellationToken cancellationToken)
    {
        await Schema.CreateAsync(database, cancellationToken);
        int exitCode = 0;
        foreach (string file in files)
        {
            ImportedFile imported;
            try
            {
                // The site writes Latin-1, in recent files UTF-8 with a byte order mark, which the reader notices.
                using StreamReader reader = new(file, Encoding.Latin1, detectEncodingFromByteOrderMarks: true);
                imported = FootballDataCsv.Read(file, reader);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException or CsvFormatException)
            {
                await errors.WriteLineAsync($"{file}: cannot be read: {error.Message}");
                exitCode = 2;
                continue;
            }

            await matches.SaveAsync(imported.Matches, cancellationToken);
            foreach (string problem in imported.Problems)
            {
                await errors.WriteLineAsync(problem);
            }

            await output.WriteLineAsync($"{file}: {imported.Matches.Count} matches imported, {imported.Problems.Count} problems");
            exitCode = Math.Max(exitCode, imported.Problems.Count == 0 ? 0 : 1);
        }

        return exitCode;
    }
}
