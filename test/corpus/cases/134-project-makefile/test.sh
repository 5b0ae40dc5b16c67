echo all tests passed
