using FootballPrediction.Import;
using FootballPrediction.League;

namespace FootballPrediction.Tests.Import;

public sealed class FootballDataCsvTests
{
    private const string Header = "Div,Date,Time,HomeTeam,AwayTeam,FTHG,FTAG,FTR,Referee\n";

    [Fact]
    public void A_good_row_becomes_a_match()
    {
        ImportedFile file = Read(Header + "E0,11/08/2023,20:00,Burnley,Man City,0,3,A,C Pawson\n");

        Match match = Assert.Single(file.Matches);
        Assert.Empty(file.Problems);
        Assert.Equal("E0", match.League);
        Assert.Equal("2023/24", match.Season);
        Assert.Equal(new DateTimeOffset(2023, 8, 11, 20, 0, 0, TimeSpan.Zero), match.KickOff);
        Assert.Equal(("Burnley", "Man City"), (match.Home, match.Away));
        Assert.Equal(new Score(0, 3), match.Score);
    }

    [Fact]
    public void Old_files_without_times_and_with_short_years_are_read()
    {
        ImportedFile file = Read("Div,Date,HomeTeam,AwayTeam,FTHG,FTAG\nE0,14/05/95,Leeds,Norwich,2,1\n");

        Match match = Assert.Single(file.Matches);
        Assert.Equal(new DateTimeOffset(1995, 5, 14, 15, 0, 0, TimeSpan.Zero), match.KickOff);
        Assert.Equal("1994/95", match.Season);
    }

    [Theory]
    [InlineData("E0,32/08/2023,20:00,Burnley,Man City,0,3,A,", "Date \"32/08/2023\" is no date like 27/08/2023")]
    [InlineData("E0,11/08/2023,late,Burnley,Man City,0,3,A,", "Time \"late\" is no time like 17:30")]
    [InlineData("E0,11/08/2023,20:00,Burnley,Man City,x,3,A,", "FTHG \"x\" is no number of goals")]
    [InlineData("E0,11/08/2023,20:00,Burnley,Man City,0,-3,A,", "FTAG \"-3\" is no number of goals")]
    [InlineData("E0,11/08/2023,20:00,Burnley,Man City,0,300,A,", "FTAG \"300\" is no number of goals")]
    [InlineData("E0,11/08/2023,20:00,Burnley,Man City,0,3,H,", "FTR says H, but the score is 0-3")]
    [InlineData("E0,11/08/2023,20:00,,Man City,0,3,A,", "HomeTeam is missing")]
    [InlineData("E0,11/08/2023,20:00,Burnley", "AwayTeam is missing")]
    [InlineData("E0,11/08/2023,20:00,Burnley,Burnley,0,3,A,", "Burnley cannot play itself")]
    public void A_bad_row_is_named_by_file_and_line_and_skipped(string row, string reason)
    {
        ImportedFile file = Read(Header + "E0,12/08/2023,15:00,Arsenal,Fulham,2,1,H,\n" + row + "\nE0,12/08/2023,15:00,Everton,Wolves,0,1,A,\n");

        Assert.Equal($"E0.csv:3: {reason}; row skipped", Assert.Single(file.Problems));
        Assert.Equal(["Arsenal", "Everton"], file.Matches.Select(match => match.Home));
    }

    [Fact]
    public void A_repeated_match_is_taken_once()
    {
        const string Row = "E0,12/08/2023,15:00,Arsenal,Fulham,2,1,H,\n";
        ImportedFile file = Read(Header + Row + Row);

        Assert.Single(file.Matches);
        Assert.Equal("E0.csv:3: Arsenal - Fulham of that day stands in line 2 already; row skipped", Assert.Single(file.Problems));
    }

    [Fact]
    public void Rows_of_commas_and_empty_lines_at_the_end_are_no_problem()
    {
        ImportedFile file = Read(Header + "E0,12/08/2023,15:00,Arsenal,Fulham,2,1,H,\n,,,,,,,,\n\n,,,,,,,,\n");

        Assert.Single(file.Matches);
        Assert.Empty(file.Problems);
    }

    [Fact]
    public void An_unclosed_quote_costs_its_row_only()
    {
        ImportedFile file = Read(Header + "E0,12/08/2023,15:00,\"Arsenal,Fulham,2,1,H,\nE0,12/08/2023,15:00,Everton,Wolves,0,1,A,\n");

        Assert.StartsWith("E0.csv:2: a quote is out of place", Assert.Single(file.Problems), StringComparison.Ordinal);
        Assert.Equal("Everton", Assert.Single(file.Matches).Home);
    }

    [Fact]
    public void A_quoted_name_may_hold_a_comma()
    {
        ImportedFile file = Read(Header + "E0,12/08/2023,15:00,\"Arsenal, London\",Fulham,2,1,H,\n");

        Assert.Equal("Arsenal, London", Assert.Single(file.Matches).Home);
    }

    [Fact]
    public void A_header_that_lacks_columns_says_which()
    {
        ImportedFile file = Read("Div,Date,HomeTeam,AwayTeam,FTAG\nE0,12/08/2023,Arsenal,Fulham,1\n");

        Assert.Equal("E0.csv:1: the header lacks FTHG; nothing was read", Assert.Single(file.Problems));
        Assert.Empty(file.Matches);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html><body>404</body></html>\n")]
    public void Something_that_is_no_such_file_is_refused(string text) =>
        Assert.Contains("expected a header with Div,Date,HomeTeam", Assert.Single(Read(text).Problems), StringComparison.Ordinal);

    private static ImportedFile Read(string text) => FootballDataCsv.Read("E0.csv", new StringReader(text));
}
